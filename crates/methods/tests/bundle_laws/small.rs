//! Small random bundles with their meaning written a second time, by enumeration.

use std::{collections::BTreeSet, fmt::Write as _};

use proptest::prelude::*;

pub const NAMES: [&str; 4] = ["a", "b", "c", "d"];
/// Places of x that tell all sets apart whose ends are whole numbers: (0, 3] at halves.
pub const POINTS: [f64; 6] = [0.5, 1.0, 1.5, 2.0, 2.5, 3.0];
/// The attribute with an interval.
pub const X: usize = 4;

#[derive(Debug, Clone)]
pub struct Comparison {
    pub of: usize,
    pub operator: &'static str,
    pub value: i32,
}

#[derive(Debug, Clone)]
pub enum Rule {
    IfThen(Comparison, Comparison),
    Forbid(Comparison, Comparison),
    Either(Comparison, Comparison),
    Sum([i32; 5], &'static str, i32),
}

/// Attributes a and b from 0 to 2 and x in (0, 3] in a module that is always there; c and d from 0 to 1 in one that is not.
#[derive(Debug, Clone)]
pub struct Small {
    pub rules: Vec<Rule>,
    /// What is asked of a, b, c and d.
    pub asked: [Option<i32>; 4],
}

/// Values of a, b, c, d; without value where the module is left out.
pub type Assignment = [Option<i32>; 4];

fn operator() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["=", "!=", "<", "<=", ">", ">="])
}

fn comparison() -> impl Strategy<Value = Comparison> {
    // = 2 of an attribute that ends at 1 would be refused.
    (0_usize..5, operator(), 0_i32..3).prop_map(|(of, operator, value)| Comparison {
        of,
        operator,
        value: if of == X { value } else { value.min(largest(of)) },
    })
}

pub fn rule() -> impl Strategy<Value = Rule> {
    let factors = (prop::array::uniform4(-2..3_i32), -1..2_i32).prop_filter_map("two terms", |(f, x)| {
        let factors = [f[0], f[1], f[2], f[3], x];
        (factors.iter().filter(|factor| **factor != 0).count() >= 2).then_some(factors)
    });
    prop_oneof![
        3 => (comparison(), comparison()).prop_map(|(a, b)| Rule::IfThen(a, b)),
        2 => (comparison(), comparison()).prop_map(|(a, b)| Rule::Forbid(a, b)),
        2 => (comparison(), comparison()).prop_map(|(a, b)| Rule::Either(a, b)),
        2 => (factors, operator(), -2..5_i32).prop_map(|(f, operator, bound)| Rule::Sum(f, operator, bound)),
    ]
}

pub fn small() -> impl Strategy<Value = Small> {
    let asked = prop::array::uniform4(prop::option::of(0..2_i32));
    (prop::collection::vec(rule(), 0..7), asked).prop_map(|(rules, asked)| Small { rules, asked })
}

pub fn largest(of: usize) -> i32 {
    if of < 2 { 2 } else { 1 }
}

fn name(of: usize) -> &'static str {
    NAMES.get(of).copied().unwrap_or("x")
}

impl std::fmt::Display for Comparison {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {} {}", name(self.of), self.operator, self.value)
    }
}

impl Rule {
    fn toml(&self) -> String {
        match self {
            Self::IfThen(a, b) => format!("if = \"{a}\"\nthen = \"{b}\""),
            Self::Forbid(a, b) => format!("forbid = \"{a} and {b}\""),
            Self::Either(a, b) => format!("require = \"{a} or {b}\""),
            Self::Sum(factors, operator, bound) => {
                let terms = factors.iter().enumerate().filter(|(_, factor)| **factor != 0);
                let terms: Vec<String> =
                    terms.map(|(of, factor)| format!("{factor} * {}", name(of))).collect();
                format!("require = \"{} {operator} {bound}\"", terms.join(" + ").replace("+ -", "- "))
            }
        }
    }
}

impl Small {
    pub fn toml(&self) -> String {
        let mut text =
            String::from("[[module]]\nid = \"base\"\n[[module]]\nid = \"extra\"\noptional = true\n");
        for (of, id) in NAMES.iter().enumerate().skip(2) {
            let _ = write!(text, "[[module.attribute]]\nid = \"{id}\"\ndomain = \"0..{}\"\n", largest(of));
        }
        let base = "[[module.attribute]]\nid = \"a\"\ndomain = \"0..2\"\n[[module.attribute]]\nid = \"b\"\n\
                    domain = \"0..2\"\n[[module.attribute]]\nid = \"x\"\ndomain = \"(0, 3]\"\n";
        text = text.replacen("id = \"base\"\n", &format!("id = \"base\"\n{base}"), 1);
        text += "[[external]]\nid = \"customer\"\n";
        for (of, id) in NAMES.iter().enumerate() {
            let (most, weight) = (largest(of), of + 1);
            let _ = write!(
                text,
                "[[external.attribute]]\nid = \"{id}\"\ndomain = \"0..{most}\"\nweight = {weight}.0\npasses_to = \"{id}\"\n"
            );
        }
        for rule in &self.rules {
            let _ = write!(text, "[[constraint]]\n{}\n", rule.toml());
        }
        text
    }

    pub fn choices(&self) -> Vec<(&'static str, String)> {
        let asked = NAMES.iter().zip(self.asked);
        asked.filter_map(|(name, value)| Some((*name, value?.to_string()))).collect()
    }

    /// All assignments that keep some rules and give what is asked of some attributes, each with the places of x.
    pub fn enumerate(&self, rules: &[usize], asked: &[usize]) -> Vec<(Assignment, Vec<f64>)> {
        let mut found = Vec::new();
        for code in 0..3 * 3 * 5 {
            let extra = code / 9;
            let others = if extra == 4 { [None; 2] } else { [Some(extra % 2), Some(extra / 2)] };
            let assignment = [Some(code % 3), Some(code / 3 % 3), others[0], others[1]];
            if asked.iter().any(|of| self.asked[*of].is_some() && self.asked[*of] != assignment[*of]) {
                continue;
            }
            let keeps = |x: &f64| rules.iter().all(|rule| self.rules[*rule].holds(&assignment, *x));
            let points: Vec<f64> = POINTS.into_iter().filter(keeps).collect();
            if !points.is_empty() {
                found.push((assignment, points));
            }
        }
        found
    }

    pub fn all_rules(&self) -> Vec<usize> {
        (0..self.rules.len()).collect()
    }
}

fn compare(left: f64, operator: &str, right: f64) -> bool {
    let difference = left - right;
    match operator {
        "=" => difference.abs() < 1e-9,
        "!=" => difference.abs() > 1e-9,
        "<" => difference < -1e-9,
        "<=" => difference < 1e-9,
        ">" => difference > 1e-9,
        _ => difference > -1e-9,
    }
}

fn value(assignment: &Assignment, x: f64, of: usize) -> Option<f64> {
    if of == X { Some(x) } else { assignment[of].map(f64::from) }
}

impl Comparison {
    fn holds(&self, assignment: &Assignment, x: f64) -> bool {
        value(assignment, x, self.of).is_some_and(|left| compare(left, self.operator, self.value.into()))
    }
}

impl Rule {
    fn holds(&self, assignment: &Assignment, x: f64) -> bool {
        match self {
            Self::IfThen(a, b) => !a.holds(assignment, x) || b.holds(assignment, x),
            Self::Forbid(a, b) => !(a.holds(assignment, x) && b.holds(assignment, x)),
            Self::Either(a, b) => {
                let there = [a, b].iter().any(|part| value(assignment, x, part.of).is_some());
                !there || a.holds(assignment, x) || b.holds(assignment, x)
            }
            Self::Sum(factors, operator, bound) => {
                let terms: Vec<f64> = (0..5)
                    .filter(|of| factors[*of] != 0)
                    .filter_map(|of| Some(f64::from(factors[of]) * value(assignment, x, of)?))
                    .collect();
                terms.is_empty() || compare(terms.iter().sum(), operator, (*bound).into())
            }
        }
    }
}

/// The assignments as a set.
pub fn set(found: &[(Assignment, Vec<f64>)]) -> BTreeSet<Assignment> {
    found.iter().map(|(assignment, _)| *assignment).collect()
}
