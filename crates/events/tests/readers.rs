//! A reader of today and an event of tomorrow, or of another writer of proto3 JSON: what must not stop anybody.

use ting_proto::{
    events::v1::{BandChangedItem, FeedbackReceivedItem, RunFinished, ScoreUpdated},
    types::v1::{Band, FeedbackKind, Metric},
};

#[test]
fn a_field_added_later_is_passed_over() {
    let data = r#"{"runId":"r","comments":"12","mood":"sunny","places":[{"x":1}]}"#;
    let event: RunFinished = serde_json::from_str(data).unwrap();
    assert_eq!((event.run_id.as_str(), event.comments), ("r", 12));
}

#[test]
fn an_enum_value_added_later_reads_as_unspecified() {
    let data = r#"{"aggregateId":"anna","sequence":"1","from":"BAND_SATISFIED","to":"BAND_ENCHANTED"}"#;
    let event: BandChangedItem = serde_json::from_str(data).unwrap();
    assert_eq!((event.from(), event.to()), (Band::Satisfied, Band::Unspecified));
}

#[test]
fn every_form_that_proto3_json_allows_is_read() {
    let forms = [
        r#"{"metric":"METRIC_CSAT","n":"40","value":71.5,"lower":56}"#,
        r#"{"metric":2,"n":40,"value":"71.5","lower":56.0,"upper":null}"#,
    ];
    for data in forms {
        let event: ScoreUpdated = serde_json::from_str(data).unwrap();
        assert_eq!((event.metric(), event.n), (Metric::Csat, 40), "{data}");
        assert_eq!((event.value, event.lower, event.upper), (71.5, Some(56.0), None), "{data}");
    }
    for data in [
        r#"{"feedbackId":"f","occurredAt":"2026-03-01T08:30:00Z","kind":"FEEDBACK_KIND_PRAISE"}"#,
        r#"{"feedback_id":"f","occurred_at":"2026-03-01T09:30:00.000+01:00","kind":4}"#,
    ] {
        let item: FeedbackReceivedItem = serde_json::from_str(data).unwrap();
        assert_eq!((item.feedback_id.as_str(), item.kind()), ("f", FeedbackKind::Praise), "{data}");
        assert_eq!(item.occurred_at.unwrap().seconds, 1_772_353_800, "{data}");
    }
}

#[test]
fn what_is_absent_has_its_default() {
    let event: ScoreUpdated = serde_json::from_str("{}").unwrap();
    assert_eq!((event.metric(), event.n, event.lower), (Metric::Unspecified, 0, None));
}
