use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::rules::verdict;
use super::{DelightError, Needs, Rule, Settings, Verdict};

/// What happened to whom and when.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Occasion {
    /// Whoever cannot be told apart is annoyed alone.
    pub customer: Option<String>,
    /// Any count of days that grows with time; without it an annoyance repeats nothing.
    pub day: Option<i64>,
    pub needs: Needs,
}

/// Judges occasions together, so that an annoyance that comes repeatedly becomes outrage. Gives a verdict for each, in their order,
/// which changes none of them: an annoyance is repeated when its customer has had enough of them from `days - 1` days before it to its
/// own day, those of the same day included.
pub fn judge_all(occasions: &[Occasion], settings: &Settings) -> Result<Vec<Option<Verdict>>, DelightError> {
    settings.check()?;
    let mut verdicts = Vec::with_capacity(occasions.len());
    let mut annoyances: HashMap<&str, Vec<(i64, usize)>> = HashMap::new();
    for (at, occasion) in occasions.iter().enumerate() {
        occasion.needs.check()?;
        let own = verdict(&occasion.needs, false, settings);
        if let (Some(Verdict { rule: Rule::PromiseBroken, .. }), Some(customer), Some(day)) =
            (own, &occasion.customer, occasion.day)
        {
            annoyances.entry(customer).or_default().push((day, at));
        }
        verdicts.push(own);
    }
    for mut days in annoyances.into_values() {
        days.sort_unstable();
        for (day, at) in &days {
            let first = day.saturating_sub(i64::from(settings.days) - 1);
            let within = days.partition_point(|(other, _)| other <= day)
                - days.partition_point(|(other, _)| *other < first);
            if u32::try_from(within).unwrap_or(u32::MAX) >= settings.annoyances {
                verdicts[*at] = verdict(&occasions[*at].needs, true, settings);
            }
        }
    }
    Ok(verdicts)
}
