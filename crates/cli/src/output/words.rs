use chrono::{DateTime, SecondsFormat, Utc};
use pbjson_types::Timestamp;
use ting_proto::{
    analysis::v1::{RunState, Share},
    recovery::v1::{CaseState, Cause, EndpointKind, NotificationState, Severity},
    types::v1::{Band, Dimension, FeedbackKind, Metric, Source},
};

/// A value of the contracts as people read it.
pub trait Word {
    /// `FEEDBACK_KIND_COMPLAINT` is `complaint`.
    fn word(self) -> String;
}

macro_rules! words {
    ($($proto:ty: $prefix:literal),* $(,)?) => {$(
        impl Word for $proto {
            fn word(self) -> String {
                self.as_str_name().trim_start_matches($prefix).to_lowercase().replace('_', " ")
            }
        }
    )*};
}

words! {
    FeedbackKind: "FEEDBACK_KIND_",
    Source: "SOURCE_",
    Metric: "METRIC_",
    Dimension: "DIMENSION_",
    Band: "BAND_",
    RunState: "RUN_STATE_",
    CaseState: "CASE_STATE_",
    Cause: "CAUSE_",
    Severity: "SEVERITY_",
    EndpointKind: "ENDPOINT_KIND_",
    NotificationState: "NOTIFICATION_STATE_",
}

/// RFC 3339 in UTC, to the second; nothing for no time.
pub fn time(instant: Option<Timestamp>) -> String {
    let instant = instant.and_then(|instant| DateTime::<Utc>::try_from(instant).ok());
    instant.map(|instant| instant.to_rfc3339_opts(SecondsFormat::Secs, true)).unwrap_or_default()
}

/// `37 % (29–45)`: a share with its interval.
pub fn percent(share: Option<Share>) -> String {
    let share = share.unwrap_or_default();
    if share.n == 0 {
        return String::new();
    }
    format!("{:.0} % ({:.0}–{:.0})", share.value * 100.0, share.lower * 100.0, share.upper * 100.0)
}

/// One decimal; nothing for no value.
pub fn decimal(value: Option<f64>) -> String {
    value.map(|value| format!("{value:.1}")).unwrap_or_default()
}

/// So many decimals, a half away from zero, and never minus nothing.
pub fn rounded(value: f64, decimals: u8) -> String {
    let factor = 10_f64.powi(decimals.into());
    // What is too large for the factor has no decimals anyway.
    let near = Some((value * factor).round() / factor).filter(|near| near.is_finite()).unwrap_or(value);
    // Adding nothing turns -0 into 0.
    format!("{:.*}", usize::from(decimals), near + 0.0)
}

/// `-3.1 to 12.0`; nothing when an end is missing.
pub fn interval(lower: Option<f64>, upper: Option<f64>) -> String {
    lower.zip(upper).map(|(lower, upper)| format!("{lower:.1} to {upper:.1}")).unwrap_or_default()
}

pub fn yes(fact: bool) -> &'static str {
    if fact { "yes" } else { "no" }
}

#[cfg(test)]
mod tests {
    use pbjson_types::Timestamp;
    use ting_proto::{
        analysis::v1::Share,
        recovery::v1::Cause,
        types::v1::{FeedbackKind, Metric},
    };

    use super::{Word as _, decimal, interval, percent, time};

    #[test]
    fn values_are_words() {
        assert_eq!(FeedbackKind::Complaint.word(), "complaint");
        assert_eq!(Cause::UrgentComment.word(), "urgent comment");
        assert_eq!(Metric::Unspecified.word(), "unspecified");
    }

    #[test]
    fn times_are_rfc_3339_and_absent_ones_are_nothing() {
        assert_eq!(time(Some(Timestamp { seconds: 1_772_323_200, nanos: 5 })), "2026-03-01T00:00:00Z");
        assert_eq!(time(None), "");
    }

    #[test]
    fn numbers_come_with_their_interval() {
        let share = Share { count: 37, n: 100, value: 0.37, lower: 0.282, upper: 0.468 };
        assert_eq!(percent(Some(share)), "37 % (28–47)");
        assert_eq!(percent(Some(Share::default())), "");
        assert_eq!(decimal(Some(-12.04)), "-12.0");
        assert_eq!(interval(Some(-3.12), Some(12.0)), "-3.1 to 12.0");
        assert_eq!(interval(None, Some(1.0)), "");
    }
}
