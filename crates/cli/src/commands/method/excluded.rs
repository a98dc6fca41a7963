use serde::Serialize;
use ting_methods::score::{Exclusion, Scale};

/// Lines that are named of each reason.
const LINES_NAMED: usize = 5;

/// Answers that do not count, by reason.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Excluded {
    pub total: u64,
    reasons: Vec<Reason>,
}

#[derive(Debug, Clone, Serialize)]
struct Reason {
    #[serde(rename = "reason")]
    why: Exclusion,
    count: u64,
    /// The first lines.
    lines: Vec<u64>,
    /// There are others.
    #[serde(skip)]
    more: bool,
}

impl Excluded {
    pub fn add(&mut self, why: Exclusion, line: u64) {
        self.total += 1;
        let at = self.reasons.iter().position(|reason| reason.why >= why).unwrap_or(self.reasons.len());
        if self.reasons.get(at).is_none_or(|reason| reason.why != why) {
            self.reasons.insert(at, Reason { why, count: 0, lines: Vec::new(), more: false });
        }
        let reason = &mut self.reasons[at];
        reason.count += 1;
        // A row may have several of them.
        if reason.lines.last() != Some(&line) {
            if reason.lines.len() < LINES_NAMED {
                reason.lines.push(line);
            } else {
                reason.more = true;
            }
        }
    }

    /// `3 empty (lines 4, 9, 12); 1 outside the scale (line 7)`.
    pub fn reasons(&self) -> String {
        self.reasons.iter().map(Reason::words).collect::<Vec<_>>().join("; ")
    }

    /// A sentence for below a table; none when all count.
    pub fn sentence(&self) -> Option<String> {
        let verb = if self.total == 1 { "answer does" } else { "answers do" };
        (self.total > 0).then(|| format!("{} {verb} not count: {}", self.total, self.reasons()))
    }
}

impl Reason {
    fn words(&self) -> String {
        let what = match self.why {
            Exclusion::Empty => "empty",
            Exclusion::NotANumber => "no number",
            Exclusion::NotWhole => "between two answers",
            Exclusion::OutsideScale => "outside the scale",
        };
        let lines = self.lines.iter().map(u64::to_string).collect::<Vec<_>>().join(", ");
        let more = if self.more { ", …" } else { "" };
        let word = if self.lines.len() == 1 { "line" } else { "lines" };
        format!("{} {what} ({word} {lines}{more})", self.count)
    }
}

/// What is wrong with one answer, for `--strict`.
pub fn complaint(why: Exclusion, text: &str, scale: Scale) -> String {
    match why {
        Exclusion::Empty => "it is empty".to_owned(),
        Exclusion::NotANumber => format!("{text} is no number"),
        Exclusion::NotWhole => format!("{text} lies between two answers of the scale {scale}"),
        Exclusion::OutsideScale => format!("{text} lies outside the scale {scale}"),
    }
}

#[cfg(test)]
mod tests {
    use ting_methods::score::Exclusion;

    use super::Excluded;

    #[test]
    fn reasons_stand_in_one_order_with_their_first_lines() {
        let mut excluded = Excluded::default();
        assert_eq!(excluded.sentence(), None);
        excluded.add(Exclusion::OutsideScale, 2);
        assert_eq!(excluded.sentence().unwrap(), "1 answer does not count: 1 outside the scale (line 2)");
        excluded.add(Exclusion::OutsideScale, 2);
        assert_eq!(excluded.reasons(), "2 outside the scale (line 2)");
        for line in 3..10 {
            excluded.add(Exclusion::Empty, line);
        }
        assert_eq!(excluded.reasons(), "7 empty (lines 3, 4, 5, 6, 7, …); 2 outside the scale (line 2)");
    }
}
