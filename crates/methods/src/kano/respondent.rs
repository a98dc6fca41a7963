use rustc_hash::FxHashMap;

/// Places that a respondent has at least, before any answer.
const FIRST_PLACES: usize = 16;
/// Places for each answer given, at most; requirements beyond them go to the shared map.
const PLACES_AN_ANSWER: usize = 4;

/// One who answers: on which line each requirement was answered, and whether all answers are the same.
#[derive(Debug, Clone, Default)]
struct Respondent {
    /// By the number of the requirement; 0 where none was.
    lines: Vec<u32>,
    answers: u32,
    first: (u8, u8),
    differs: bool,
}

/// Everybody who answers. A few bytes for an answer, whatever the order in which answers come: a row of lines for those who
/// answer most requirements, a map for single answers far out.
#[derive(Debug, Clone, Default)]
pub(super) struct Respondents {
    all: Vec<Respondent>,
    far: FxHashMap<(u32, u32), u32>,
}

impl Respondents {
    /// Notes an answer; says the line of the earlier one if the respondent has answered this requirement before.
    pub fn answer(
        &mut self,
        respondent: u32,
        requirement: u32,
        line: u64,
        pair: (u8, u8),
    ) -> Result<(), u32> {
        // Lines beyond four thousand million are told as that.
        let line = u32::try_from(line).unwrap_or(u32::MAX).max(1);
        let (at, key) = (requirement as usize, (respondent, requirement));
        if let Some(earlier) = self.far.get(&key) {
            return Err(*earlier);
        }
        if self.all.len() <= respondent as usize {
            self.all.resize_with(respondent as usize + 1, Respondent::default);
        }
        let one = &mut self.all[respondent as usize];
        if at < FIRST_PLACES + PLACES_AN_ANSWER * one.answers as usize {
            if one.lines.len() <= at {
                one.lines.resize(at + 1, 0);
            }
            let place = &mut one.lines[at];
            if *place > 0 {
                return Err(*place);
            }
            *place = line;
        } else if one.lines.get(at).is_some_and(|earlier| *earlier > 0) {
            return Err(one.lines[at]);
        } else {
            self.far.insert(key, line);
        }
        if one.answers == 0 {
            one.first = pair;
        }
        one.differs |= one.first != pair;
        one.answers += 1;
        Ok(())
    }

    pub fn count(&self) -> usize {
        self.all.iter().filter(|one| one.answers > 0).count()
    }

    /// Numbers of those who gave the same pair to everything, and to at least `least` requirements.
    pub fn same_throughout(&self, least: u32) -> impl Iterator<Item = usize> {
        let same = move |(_, one): &(usize, &Respondent)| one.answers >= least && !one.differs;
        self.all.iter().enumerate().filter(same).map(|(number, _)| number)
    }

    /// How many gave at least `least` answers.
    pub fn with_answers(&self, least: u32) -> usize {
        self.all.iter().filter(|one| one.answers >= least).count()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::Respondents;

    proptest! {
        /// Beside a plain map, with requirements near and far in any order.
        #[test]
        fn the_line_of_the_first_answer_is_known_however_far_out(
            rows in prop::collection::vec((0_u32..4, prop_oneof![0_u32..12, 0_u32..2000]), 1..300)
        ) {
            let (mut respondents, mut plain) = (Respondents::default(), HashMap::new());
            for (line, (respondent, requirement)) in (2_u32..).zip(rows) {
                let found = respondents.answer(respondent, requirement, line.into(), (1, 1));
                let expected = plain.get(&(respondent, requirement)).copied().map_or(Ok(()), Err);
                prop_assert_eq!(found, expected);
                plain.entry((respondent, requirement)).or_insert(line);
            }
        }
    }
}
