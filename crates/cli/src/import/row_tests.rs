use std::{collections::HashMap, sync::Arc};

use ting_proto::{
    intake::v1::import_feedback_request::Item,
    types::v1::{FeedbackKind, Metric, Source},
};

use super::{Fields, Kind, Rows};

fn fields(pairs: &[(&str, &str)]) -> Fields {
    let names: Vec<String> = pairs.iter().map(|(name, _)| (*name).to_owned()).collect();
    Fields { names: Arc::from(names), values: pairs.iter().map(|(_, value)| (*value).to_owned()).collect() }
}

fn columns(header: &str) -> Vec<String> {
    header.split(',').map(str::to_owned).collect()
}

fn reason(kind: Kind, pairs: &[(&str, &str)]) -> (&'static str, &'static str) {
    let refusal = Rows::new(kind).item(fields(pairs)).unwrap_err();
    (refusal.field, refusal.reason)
}

#[test]
fn the_columns_tell_the_kind() {
    let rows = [
        ("external_id,customer,kind,text,channel,source,touchpoint,occurred_at", Some(Kind::Comments)),
        ("external_id,customer,metric,value,channel,touchpoint,answered_at", Some(Kind::Answers)),
        ("external_id,name,email,phone,city,tier", Some(Kind::Customers)),
        ("metric,value,text", Some(Kind::Answers)),
        ("external_id,city", None),
        ("id;text", None),
    ];
    for (header, expected) in rows {
        assert_eq!(Kind::detect(&columns(header)), expected, "{header}");
    }
}

#[test]
fn a_comment_becomes_feedback() {
    let row = fields(&[
        ("external_id", "T1"),
        ("customer", "C1"),
        ("kind", "complaint"),
        ("text", "送货晚了"),
        ("channel", "app"),
        ("source", "internal"),
        ("touchpoint", "delivery"),
        ("occurred_at", "2026-03-01T13:00:00+01:00"),
    ]);
    let Item::Feedback(input) = Rows::new(Kind::Comments).item(row).unwrap() else {
        panic!("a comment is feedback")
    };
    assert_eq!((input.external_id.as_str(), input.customer_external_id.as_str()), ("T1", "C1"));
    assert_eq!((input.kind(), input.source()), (FeedbackKind::Complaint, Source::Internal));
    assert_eq!(
        (input.text.as_str(), input.channel.as_str(), input.touchpoint.as_str()),
        ("送货晚了", "app", "delivery")
    );
    assert_eq!(input.occurred_at.unwrap().seconds, 1_772_366_400);
}

#[test]
fn an_answer_becomes_a_response() {
    let row = fields(&[("external_id", "A1"), ("metric", "nps"), ("value", "0")]);
    let Item::Response(input) = Rows::new(Kind::Answers).item(row).unwrap() else {
        panic!("an answer is a response")
    };
    assert_eq!((input.metric(), input.value, input.answered_at), (Metric::Nps, 0, None));
}

#[test]
fn other_columns_of_a_customer_become_attributes() {
    let row = fields(&[("external_id", "C1"), ("name", "贺玉珍"), ("city", "杭州"), ("tier", "")]);
    let Item::Customer(input) = Rows::new(Kind::Customers).item(row).unwrap() else {
        panic!("it is a customer")
    };
    assert_eq!((input.external_id.as_str(), input.name.as_str()), ("C1", "贺玉珍"));
    assert_eq!(input.attributes, HashMap::from([("city".to_owned(), "杭州".to_owned())]));
}

#[test]
fn what_a_message_cannot_carry_is_refused_with_the_services_words() {
    let comment = |kind, source, time| {
        reason(Kind::Comments, &[("kind", kind), ("text", "x"), ("source", source), ("occurred_at", time)])
    };
    assert_eq!(comment("rant", "", ""), ("feedback.kind", "UNKNOWN_ENUM"));
    assert_eq!(comment("", "", ""), ("feedback.kind", "UNKNOWN_ENUM"));
    assert_eq!(comment("comment", "sideways", ""), ("feedback.source", "UNKNOWN_ENUM"));
    for time in [
        "2026-13-05T09:30:00Z",
        "05/10/2026 09:30",
        "2026-02-30T09:30:00Z",
        "2026-03-01",
        "2026-03-01T12:00:00",
    ] {
        assert_eq!(comment("comment", "", time), ("feedback.occurred_at", "BAD_TIME"), "{time}");
    }
    let answer = |metric, value| reason(Kind::Answers, &[("metric", metric), ("value", value)]);
    assert_eq!(answer("stars", "4"), ("response.metric", "UNKNOWN_ENUM"));
    assert_eq!(answer("csat", ""), ("response.value", "EMPTY"));
    for value in ["very good", "4.5", "1e1", "NaN", "99999999999", " 4"] {
        assert_eq!(answer("csat", value), ("response.value", "OUT_OF_SCALE"), "{value}");
    }
    let long = "x".repeat(super::MAX_ROW_BYTES);
    assert_eq!(reason(Kind::Comments, &[("kind", "comment"), ("text", &long)]), ("", "TOO_LONG"));
}

fn ids(rows: &[Fields]) -> Vec<String> {
    let mut reader = Rows::new(Kind::Comments);
    let id = |row: &Fields| match reader.item(row.clone()).unwrap() {
        Item::Feedback(input) => input.external_id,
        other => panic!("a comment is feedback, not {other:?}"),
    };
    rows.iter().map(id).collect()
}

#[test]
fn a_row_without_id_gets_one_of_its_content_and_its_repetition() {
    let hello = fields(&[("kind", "comment"), ("text", "hello")]);
    let turned = fields(&[("text", "hello"), ("kind", "comment"), ("channel", "")]);
    let other = fields(&[("kind", "praise"), ("text", "hello")]);
    let first = ids(&[hello.clone(), other.clone(), turned]);
    assert_eq!(first, ids(&[hello.clone(), other, hello]), "the order of columns does not matter");
    assert_ne!(first[0], first[1]);
    assert_eq!(first[0].strip_suffix("-1"), first[2].strip_suffix("-2"));
    assert!(first.iter().all(|id| id.len() <= 128), "{first:?}");
}
