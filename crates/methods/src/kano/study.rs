use rustc_hash::FxHashMap;

use super::findings::Findings;
use super::item::Item;
use super::names::Names;
use super::quadrant::Cut;
use super::respondent::Respondents;
use super::rule::Rule;
use super::table::Table;

/// The largest importance: one more than the published scale of 1 to 9, for those who ask from 0 to 10.
const IMPORTANCE_MOST: u8 = 10;

/// One row of a questionnaire: what one respondent says about one requirement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answer<'a> {
    pub respondent: &'a str,
    pub requirement: &'a str,
    /// The group to which it counts; `None` when all count together.
    pub segment: Option<&'a str>,
    /// From 1 (like) to the last answer of the table (dislike); `None` when it is missing.
    pub functional: Option<u8>,
    pub dysfunctional: Option<u8>,
    /// Self-stated, 0 (not at all) to 10; the published scale is 1 to 9.
    pub importance: Option<u8>,
    /// The line it stands on, from 1, to be told if it is answered again.
    pub line: u64,
}

/// Which of the numbers of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Question {
    Functional,
    Dysfunctional,
    Importance,
}

/// Why an answer cannot be counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KanoError {
    #[error("{value} is not an answer from 1 to {most}")]
    Answer { question: Question, value: u8, most: u8 },
    #[error("{value} is not an importance from 0 to 10")]
    Importance { value: u8 },
    #[error("the respondent has answered this requirement before, on line {first_line}")]
    Duplicate { first_line: u32 },
}

/// What findings hang on besides the answers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Options {
    /// The rule that decides the category.
    pub rule: Rule,
    /// Where the planes are cut.
    pub cut: Cut,
    /// The category strength up to which the near-tie rule sees a tie, 0 to 1.
    pub near_tie: f64,
    /// The share of questionable pairs above which a question counts as misunderstood, 0 to 1.
    pub questionable: f64,
    /// Below so many pairs a result is only directional.
    pub directional: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self { rule: Rule::Mode, cut: Cut::Middle, near_tie: 0.06, questionable: 0.10, directional: 30 }
    }
}

/// The answers of a questionnaire, taken in one at a time. It keeps a few bytes for each answer, to know whether it comes again.
#[derive(Debug, Clone)]
pub struct Study {
    pub(super) table: Table,
    pub(super) respondents: Respondents,
    pub(super) people: Names,
    pub(super) requirements: Names,
    pub(super) segments: Names,
    /// By requirement and segment.
    pub(super) items: FxHashMap<(u32, Option<u32>), Item>,
}

impl Study {
    /// An empty study whose answers are read by a table.
    pub fn new(table: Table) -> Self {
        Self {
            table,
            respondents: Respondents::default(),
            people: Names::default(),
            requirements: Names::default(),
            segments: Names::default(),
            items: FxHashMap::default(),
        }
    }

    /// The table that reads the answers.
    pub fn table(&self) -> &Table {
        &self.table
    }

    /// Takes an answer. A pair of which one half is missing is dropped, and counted as such. After an error the study is as
    /// it was before.
    pub fn add(&mut self, answer: &Answer<'_>) -> Result<(), KanoError> {
        let functional = self.place(Question::Functional, answer.functional)?;
        let dysfunctional = self.place(Question::Dysfunctional, answer.dysfunctional)?;
        if let Some(value) = answer.importance.filter(|value| *value > IMPORTANCE_MOST) {
            return Err(KanoError::Importance { value });
        }
        let requirement = self.requirements.number(answer.requirement);
        if let Some(pair) = functional.zip(dysfunctional) {
            let respondent = self.people.number(answer.respondent);
            let noted = self.respondents.answer(respondent, requirement, answer.line, pair);
            noted.map_err(|first_line| KanoError::Duplicate { first_line })?;
        }
        let segment = answer.segment.map(|segment| self.segments.number(segment));
        let item = self.items.entry((requirement, segment)).or_default();
        match functional.zip(dysfunctional) {
            Some((functional, dysfunctional)) => {
                item.add(&self.table, functional.into(), dysfunctional.into(), answer.importance);
            }
            None => item.dropped += 1,
        }
        Ok(())
    }

    /// What the answers say so far.
    pub fn findings(&self, options: &Options) -> Findings {
        Findings::of(self, options)
    }

    /// The place of an answer in the table, from 0.
    fn place(&self, question: Question, answer: Option<u8>) -> Result<Option<u8>, KanoError> {
        let most = self.table.answers();
        match answer {
            Some(value) if value == 0 || value > most => Err(KanoError::Answer { question, value, most }),
            answer => Ok(answer.map(|value| value - 1)),
        }
    }
}
