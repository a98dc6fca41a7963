use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    configuration::{self, Configuration, Held},
    count::Counter,
    explain,
    expression::Expression,
    model::{Model, Origin, Rule, Value},
    request::Choices,
    search::{Exhausted, Solver},
    set::Set,
};

/// Looks at rules allowed for each question, by default: seconds at most.
pub const DEFAULT_WORK: u64 = 5_000_000;
/// Looks at rules allowed for counting, by default: some hundredths of a second. Counting can take for ever where everything
/// else is known at once, so it must not keep the rest waiting.
pub const DEFAULT_COUNT_WORK: u64 = 5_000;

/// What is asked of a model besides whether the choices are possible.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Questions {
    /// How many configurations to list; one is the one with as many defaults as possible.
    pub list: usize,
    /// Looks at rules allowed for each question but counting.
    pub work: u64,
    /// Looks at rules allowed for counting.
    pub count_work: u64,
}

impl Default for Questions {
    fn default() -> Self {
        Self { list: 0, work: DEFAULT_WORK, count_work: DEFAULT_COUNT_WORK }
    }
}

/// Part of a conflict: take any away and the rest goes together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    pub kind: Origin,
    /// The need that was chosen, or the id of the rule.
    pub id: String,
    /// `speed = express`, or the rule in the words of the model.
    pub text: String,
}

/// Whether a module is part of what is left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Selection {
    Chosen,
    LeftOut,
    Open,
    /// Nothing is possible.
    None,
}

/// What a bundle offers to a customer with certain needs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// Whether a configuration meets all that is asked; `None` if the work allowed did not tell.
    pub feasible: Option<bool>,
    /// Assignments of attributes with lists and selections of modules, for which intervals have some value.
    pub configurations: Option<u64>,
    /// Why there is no count.
    pub configurations_reason: Option<String>,
    /// What does not go together: choices first, then the rules that make it so. Empty when all does.
    pub conflict: Vec<Reason>,
    /// Whether no part of the conflict can be left away; otherwise the work allowed was used up.
    pub conflict_minimal: bool,
    /// For each attribute what it is in some configuration; nothing where none is possible.
    pub domains: BTreeMap<String, Vec<Held>>,
    /// Whether each value of the domains is really possible; otherwise the work allowed was used up, and some may not be.
    pub domains_exact: bool,
    pub modules: BTreeMap<String, Selection>,
    /// λ1: the weight of what is met, over the weight of what is asked, in the best configuration. `None` if nothing is asked.
    pub coverage: Option<f64>,
    /// Whether no configuration covers more; otherwise the work allowed was used up.
    pub coverage_exact: bool,
    /// What of it the best configuration meets, and what it does not.
    pub met: Vec<String>,
    pub given_up: Vec<String>,
    /// As many configurations as were asked for, in the order of the model.
    pub listed: Vec<Configuration>,
    pub warnings: Vec<String>,
}

/// Says what a bundle offers to a customer with certain needs.
///
/// The same model and choices give the same answer. The order of rules changes none of it, except which of several minimal
/// conflicts is told and, should the work allowed be used up, how far it led.
pub fn configure(model: &Model, choices: &Choices, questions: &Questions) -> Answer {
    let asking = Asking { model, work: questions.work };
    let called = model.called(&choices.0);
    let rules: Vec<&Expression> = asking.constraints().map(|rule| &rule.then).collect();
    let rules: Vec<&Expression> = called.iter().map(|rule| &rule.then).chain(rules).collect();
    let solver_with = |work| Solver::new(model, rules.iter().copied(), work);
    let solver = || solver_with(questions.work);
    let feasible = solver().solve().ok();
    let (configurations, configurations_reason) = counted(feasible, solver_with(questions.count_work));
    let (conflict, conflict_minimal) = asking.conflict(feasible, choices);
    let left = remaining(feasible, &solver);
    let (met, coverage_exact) = asking.met(feasible, choices);
    let list = if feasible == Some(true) { questions.list } else { 0 };
    let listed = configuration::list(model, &mut solver(), list);
    let weight = |(need, _): &(usize, Value)| model.needs[*need].weight;
    let asked: f64 = choices.0.iter().map(weight).sum();
    let covered: f64 = met.iter().map(|at| weight(&choices.0[*at])).sum();
    let named = |met_too: bool| {
        let some = choices.0.iter().enumerate().filter(|(at, _)| met.contains(at) == met_too);
        some.map(|(_, choice)| asking.said(choice)).collect()
    };
    Answer {
        feasible,
        configurations,
        configurations_reason,
        conflict,
        conflict_minimal,
        domains: configuration::domains(model, &left.0),
        domains_exact: left.1,
        modules: asking.modules(&left.0),
        coverage: (!choices.0.is_empty() && (coverage_exact || !met.is_empty())).then(|| covered / asked),
        coverage_exact,
        met: named(true),
        given_up: named(false),
        listed,
        warnings: model.warnings.clone(),
    }
}

fn counted(feasible: Option<bool>, mut solver: Solver<'_>) -> (Option<u64>, Option<String>) {
    if feasible == Some(false) {
        return (Some(0), None);
    }
    let work = solver.work;
    let reason = match Counter::count(&mut solver) {
        Ok(count) => match u64::try_from(count) {
            Ok(count) => return (Some(count), None),
            Err(_) => format!("there are more than {}", u64::MAX),
        },
        Err(Exhausted) => format!("counting was stopped after {work} looks at rules"),
    };
    (None, Some(reason))
}

struct Asking<'a> {
    model: &'a Model,
    work: u64,
}

impl Asking<'_> {
    fn constraints(&self) -> impl Iterator<Item = &Rule> {
        self.model.rules.iter().filter(|rule| rule.origin == Origin::Constraint)
    }

    fn said(&self, (need, value): &(usize, Value)) -> String {
        format!("{} = {value}", self.model.needs[*need].id)
    }

    /// Whether some of the choices go together, on what is left of the work.
    fn fits(&self, choices: &Choices, some: &[usize], work: &mut u64) -> Result<bool, Exhausted> {
        let chosen: Vec<(usize, Value)> = some.iter().map(|at| choices.0[*at].clone()).collect();
        let called = self.model.called(&chosen);
        solvable(self.model, called.iter().chain(self.constraints()), work)
    }

    fn conflict(&self, feasible: Option<bool>, choices: &Choices) -> (Vec<Reason>, bool) {
        if feasible != Some(false) {
            return (Vec::new(), true);
        }
        let mut work = self.work;
        let count = choices.0.len();
        let found = explain::conflict(count, &mut |some| self.fits(choices, some, &mut work));
        let minimal = found.is_ok();
        let chosen = found.unwrap_or_else(|_| (0..count).collect());
        let chosen: Vec<(usize, Value)> = chosen.into_iter().map(|at| choices.0[at].clone()).collect();
        let called = self.model.called(&chosen);
        let rules: Vec<&Rule> = called.iter().chain(self.constraints()).collect();
        let found = explain::conflict(rules.len(), &mut |some| {
            solvable(self.model, some.iter().map(|at| rules[*at]), &mut work)
        });
        let minimal = minimal && found.is_ok();
        let needed = found.unwrap_or_else(|_| (0..rules.len()).collect());
        let choice = |choice: &(usize, Value)| Reason {
            kind: Origin::Choice,
            id: self.model.needs[choice.0].id.clone(),
            text: self.said(choice),
        };
        let rule = |at: usize| {
            let rule = rules[at];
            Reason { kind: rule.origin, id: rule.id.clone(), text: rule.text.clone() }
        };
        (chosen.iter().map(choice).chain(needed.into_iter().map(rule)).collect(), minimal)
    }

    /// The choices of the best configuration.
    fn met(&self, feasible: Option<bool>, choices: &Choices) -> (Vec<usize>, bool) {
        match feasible {
            Some(true) => ((0..choices.0.len()).collect(), true),
            None => (Vec::new(), false),
            Some(false) => {
                let weights: Vec<f64> =
                    choices.0.iter().map(|(need, _)| self.model.needs[*need].weight).collect();
                let mut work = self.work;
                explain::heaviest(&weights, &mut |some| self.fits(choices, some, &mut work))
            }
        }
    }

    fn modules(&self, left: &[Set]) -> BTreeMap<String, Selection> {
        let selection = |(at, module): (usize, &super::model::Module)| {
            let selection = match (left[at].has(0), left[at].has(1)) {
                (true, true) => Selection::Open,
                (true, false) => Selection::LeftOut,
                (false, true) => Selection::Chosen,
                (false, false) => Selection::None,
            };
            (module.id.clone(), selection)
        };
        self.model.modules.iter().enumerate().map(selection).collect()
    }
}

/// What is possible for each variable, and whether all of it really is.
fn remaining<'a>(feasible: Option<bool>, solver: &impl Fn() -> Solver<'a>) -> (Vec<Set>, bool) {
    let mut full = solver();
    if feasible == Some(false) {
        return (full.sets.iter().map(Set::emptied).collect(), true);
    }
    let all: Vec<usize> = (0..full.sets.len()).collect();
    if let Ok(left) = full.remaining(&all) {
        return (left, true);
    }
    // What narrowing alone leaves holds all that is possible, and perhaps more.
    let mut narrowed = solver();
    let _ = narrowed.propagate();
    (narrowed.sets, false)
}

fn solvable<'r>(
    model: &Model,
    rules: impl Iterator<Item = &'r Rule>,
    work: &mut u64,
) -> Result<bool, Exhausted> {
    let rules: Vec<&Expression> = rules.map(|rule| &rule.then).collect();
    let mut solver = Solver::new(model, rules.iter().copied(), *work);
    let found = solver.solve();
    *work = solver.work;
    found
}
