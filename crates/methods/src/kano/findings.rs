use serde::{Deserialize, Serialize};

use super::category::Category;
use super::continuous::Continuous;
use super::counts::{ChiSquared, Counts};
use super::fong::Fong;
use super::item::Item;
use super::quadrant::{Cut, Cuts, mean_or};
use super::rule::Rules;
use super::study::{Options, Study};
use crate::interval::Interval;
use crate::number::len_f64;

/// The same pair for fewer requirements than this is no sign of carelessness.
const STRAIGHT_LINE_LEAST: u32 = 3;

/// What a study says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Findings {
    /// People with at least one whole pair.
    pub respondents: usize,
    /// Whole pairs, all of them counted.
    pub answers: u64,
    /// Pairs of which a half is missing; not counted.
    pub dropped: u64,
    /// Share of all pairs that contradict themselves; `None` without pairs.
    pub questionable_share: Option<f64>,
    pub straight_lining: StraightLining,
    /// Where the planes were cut.
    pub cuts: Cuts,
    /// By name, then by segment.
    pub requirements: Vec<Requirement>,
}

/// Respondents who gave the same pair of answers to everything. They are counted like all others.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StraightLining {
    pub count: usize,
    /// Of those who answered at least three requirements; `None` when nobody did.
    pub share: Option<f64>,
    /// Who they are, by name.
    pub respondents: Vec<String>,
}

/// What the answers say about one requirement, in one segment or in all.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Requirement {
    pub requirement: String,
    pub segment: Option<String>,
    /// Pairs, R and Q included.
    pub n: u64,
    /// Pairs that say M, O, A or I: Better and Worse are shares of these.
    pub classified: u64,
    /// Pairs of which a half is missing.
    pub dropped: u64,
    pub counts: Counts,
    /// By the rule asked for.
    pub category: Category,
    pub rules: Rules,
    /// The category of "it must not be there", where this one is reverse.
    pub opposite: Option<Category>,
    /// 0 to 1.
    pub better: Option<f64>,
    pub better_interval: Option<Interval>,
    /// −1 to 0.
    pub worse: Option<f64>,
    pub worse_interval: Option<Interval>,
    /// Where Better and |Worse| lie in their plane.
    pub quadrant: Option<Category>,
    pub total_strength: Option<f64>,
    pub category_strength: Option<f64>,
    pub questionable_share: Option<f64>,
    pub fong: Option<Fong>,
    pub chi_squared: Option<ChiSquared>,
    pub continuous: Continuous,
    pub warnings: Vec<Warning>,
}

/// What to know before acting on a category.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Warning {
    /// Too few pairs for more than a direction.
    Directional,
    /// Too many questionable pairs: the question was misunderstood.
    Misunderstood,
    /// Fong's test does not tell the leading two categories apart.
    Mixed,
    /// The three rules do not say the same.
    RulesDisagree,
    /// Its presence dissatisfies: ask again, or the other way round.
    Reverse,
}

impl Findings {
    pub(super) fn of(study: &Study, options: &Options) -> Self {
        let mut requirements = requirements(study, options);
        let cuts = cuts(&requirements, options.cut);
        for found in &mut requirements {
            found.quadrant = found.better.zip(found.worse).map(|(b, w)| cuts.of_coefficients(b, -w));
            let means = &mut found.continuous;
            means.quadrant = means.functional.zip(means.dysfunctional).map(|(f, d)| cuts.of_means(f, d));
            let weighted = means.functional_weighted.zip(means.dysfunctional_weighted);
            means.quadrant_weighted = weighted.map(|(f, d)| cuts.of_means(f, d));
        }
        let mut all = Counts::default();
        for found in &requirements {
            all = all.plus(&found.counts);
        }
        Self {
            respondents: study.respondents.count(),
            answers: all.n(),
            dropped: requirements.iter().map(|found| found.dropped).sum(),
            questionable_share: all.questionable_share(),
            straight_lining: straight_lining(study),
            cuts,
            requirements,
        }
    }
}

fn requirements(study: &Study, options: &Options) -> Vec<Requirement> {
    let (names, segments) = (study.requirements.all(), study.segments.all());
    let mut items: Vec<(&str, Option<&str>, &Item)> = study
        .items
        .iter()
        .map(|((name, segment), item)| {
            (names[*name as usize], segment.map(|segment| segments[segment as usize]), item)
        })
        .collect();
    items.sort_unstable_by_key(|(name, segment, _)| (*name, *segment));
    let found = |(name, segment, item): (&str, Option<&str>, &Item)| {
        let mut found = Requirement::of_counts(name, item.counts(&study.table), options);
        found.segment = segment.map(str::to_owned);
        found.dropped = item.dropped;
        found.continuous = item.continuous(&study.table);
        let reverse = found.category == Category::Reverse;
        found.opposite =
            reverse.then(|| Rules::of(&item.opposite(&study.table), options.near_tie).by(options.rule));
        found
    };
    items.into_iter().map(found).collect()
}

impl Requirement {
    /// What counts alone say: all but segment, means and quadrants.
    fn of_counts(name: &str, counts: Counts, options: &Options) -> Self {
        let rules = Rules::of(&counts, options.near_tie);
        Self {
            requirement: name.to_owned(),
            segment: None,
            n: counts.n(),
            classified: counts.classified(),
            dropped: 0,
            counts,
            category: rules.by(options.rule),
            rules,
            opposite: None,
            better: counts.better(),
            better_interval: counts.better_interval(),
            worse: counts.worse(),
            worse_interval: counts.worse_interval(),
            quadrant: None,
            total_strength: counts.total_strength(),
            category_strength: counts.category_strength(),
            questionable_share: counts.questionable_share(),
            fong: Fong::of(&counts),
            chi_squared: counts.chi_squared(),
            continuous: Continuous::default(),
            warnings: warnings(&counts, rules, options),
        }
    }
}

fn warnings(counts: &Counts, rules: Rules, options: &Options) -> Vec<Warning> {
    let misunderstood = counts.questionable_share().is_some_and(|share| share > options.questionable);
    let mixed = Fong::of(counts).is_some_and(|fong| !fong.significant);
    let all = [
        (Warning::Directional, counts.n() < options.directional),
        (Warning::Misunderstood, misunderstood),
        (Warning::Mixed, mixed),
        (Warning::RulesDisagree, !rules.agree()),
        (Warning::Reverse, rules.by(options.rule) == Category::Reverse),
    ];
    all.into_iter().filter(|(_, holds)| *holds).map(|(warning, _)| warning).collect()
}

fn cuts(requirements: &[Requirement], cut: Cut) -> Cuts {
    let middle = Cuts::MIDDLE;
    if cut == Cut::Middle {
        return middle;
    }
    let mean = |value: fn(&Requirement) -> Option<f64>, otherwise| {
        mean_or(requirements.iter().map(value), otherwise)
    };
    Cuts {
        better: mean(|found| found.better, middle.better),
        worse: mean(|found| found.worse.map(|worse| 0.0 - worse), middle.worse),
        functional: mean(|found| found.continuous.functional, middle.functional),
        dysfunctional: mean(|found| found.continuous.dysfunctional, middle.dysfunctional),
    }
}

fn straight_lining(study: &Study) -> StraightLining {
    let names = study.people.all();
    let same = study.respondents.same_throughout(STRAIGHT_LINE_LEAST);
    let mut respondents: Vec<String> = same.map(|number| names[number].to_owned()).collect();
    respondents.sort_unstable();
    let (count, asked) = (respondents.len(), study.respondents.with_answers(STRAIGHT_LINE_LEAST));
    StraightLining { count, share: (asked > 0).then(|| len_f64(count) / len_f64(asked)), respondents }
}
