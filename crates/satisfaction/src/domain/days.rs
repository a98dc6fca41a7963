use chrono::NaiveDate;

/// Days of the calendar, both ends included; an absent end is open.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Days {
    pub from: Option<NaiveDate>,
    pub to: Option<NaiveDate>,
}

/// What a range of days can have wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadRange {
    #[error("ends before it begins")]
    Reversed,
    #[error("is longer than {} days", Days::LONGEST_TREND)]
    TooLong,
}

impl Days {
    /// Days that a trend may have.
    pub const LONGEST_TREND: i64 = 400;

    /// A range that does not end before it begins.
    pub fn between(from: Option<NaiveDate>, to: Option<NaiveDate>) -> Result<Self, BadRange> {
        if from.zip(to).is_some_and(|(from, to)| to < from) {
            return Err(BadRange::Reversed);
        }
        Ok(Self { from, to })
    }

    /// A closed range short enough to be shown day by day.
    pub fn trend(from: NaiveDate, to: NaiveDate) -> Result<Self, BadRange> {
        let days = Self::between(Some(from), Some(to))?;
        // Both ends count.
        if (to - from).num_days() >= Self::LONGEST_TREND { Err(BadRange::TooLong) } else { Ok(days) }
    }
}

#[cfg(test)]
mod tests {
    use chrono::{Days as Add, NaiveDate};

    use super::{BadRange, Days};

    #[test]
    fn ranges_are_in_order_and_trends_at_most_400_days() {
        let day = NaiveDate::from_ymd_opt(2026, 1, 1).unwrap();
        let rows = [(0, Ok(())), (399, Ok(())), (400, Err(BadRange::TooLong))];
        for (distance, expected) in rows {
            assert_eq!(Days::trend(day, day + Add::new(distance)).map(drop), expected, "{distance}");
        }
        assert_eq!(Days::trend(day, day - Add::new(1)), Err(BadRange::Reversed));
        assert_eq!(Days::between(Some(day), Some(day - Add::new(1))), Err(BadRange::Reversed));
        assert!(Days::between(Some(day), Some(day + Add::new(4000))).is_ok());
    }

    #[test]
    fn open_ends_are_never_in_the_wrong_order() {
        let day = NaiveDate::from_ymd_opt(2026, 1, 1);
        for (from, to) in [(None, None), (day, None), (None, day)] {
            assert_eq!(Days::between(from, to), Ok(Days { from, to }));
        }
    }
}
