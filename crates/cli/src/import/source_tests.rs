use std::{
    fs,
    path::{Path, PathBuf},
};

use ting_proto::intake::v1::{ImportFeedbackRequest, import_feedback_request::Item};

use super::{Batch, Batches};
use crate::{error::CliError, import::row::Kind};

fn example(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/workspace").join(name)
}

fn all(path: &Path, batch_rows: usize) -> (Kind, Vec<Batch>) {
    let (mut reader, kind) = Batches::open(path, None, batch_rows).unwrap();
    let mut batches = Vec::new();
    while let Some(batch) = reader.next_batch().unwrap() {
        batches.push(batch);
    }
    (kind, batches)
}

/// Line, field and reason of every refused row.
fn refused(name: &str) -> Vec<(u64, String, String)> {
    let (_, batches) = all(&example(name), 10_000);
    let errors = batches.into_iter().flat_map(|batch| batch.refused);
    errors.map(|error| (error.row, error.field, error.reason)).collect()
}

fn told(rows: &[(u64, &str, &str)]) -> Vec<(u64, String, String)> {
    rows.iter().map(|(row, field, reason)| (*row, (*field).to_owned(), (*reason).to_owned())).collect()
}

fn file(name: &str, bytes: &[u8]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, bytes).unwrap();
    (folder, path)
}

#[test]
fn bad_comments_that_no_message_can_carry_are_refused_with_their_lines() {
    let expected = [
        (5, "feedback.kind", "UNKNOWN_ENUM"),
        (6, "feedback.occurred_at", "BAD_TIME"),
        (7, "feedback.occurred_at", "BAD_TIME"),
        (12, "feedback.source", "UNKNOWN_ENUM"),
    ];
    assert_eq!(refused("bad.csv"), told(&expected));
}

#[test]
fn bad_answers_that_no_message_can_carry_are_refused_with_their_lines() {
    let expected = [
        (6, "response.value", "OUT_OF_SCALE"),
        (7, "response.value", "OUT_OF_SCALE"),
        (8, "response.value", "EMPTY"),
        (9, "response.metric", "UNKNOWN_ENUM"),
        (10, "response.answered_at", "BAD_TIME"),
    ];
    assert_eq!(refused("bad_answers.csv"), told(&expected));
}

#[test]
fn the_other_rows_go_to_the_service_under_their_lines() {
    let (_, batches) = all(&example("bad.csv"), 10_000);
    let rows: Vec<u64> = batches[0].items.iter().map(|item| item.row).collect();
    assert_eq!(rows, [2, 3, 4, 8, 9, 10, 11, 13, 14, 15, 16]);
}

#[test]
fn the_sample_workspace_is_read_whole() {
    for (name, kind, rows) in [
        ("comments.csv", Kind::Comments, 367),
        ("answers.csv", Kind::Answers, 900),
        ("customers.csv", Kind::Customers, 120),
    ] {
        let (found, batches) = all(&example(name), 100);
        assert_eq!(found, kind, "{name}");
        assert!(batches.iter().all(|batch| batch.refused.is_empty() && batch.items.len() <= 100), "{name}");
        assert_eq!(batches.iter().map(|batch| batch.items.len()).sum::<usize>(), rows, "{name}");
        assert_eq!(batches.last().unwrap().position, fs::metadata(example(name)).unwrap().len(), "{name}");
    }
}

#[test]
fn a_byte_order_mark_is_no_part_of_the_first_column() {
    let (_folder, path) = file("answers.csv", b"\xef\xbb\xbfmetric,value\nnps,9\n");
    assert_eq!(all(&path, 10).1[0].items.len(), 1);
    let (_folder, path) = file("answers.jsonl", b"\xef\xbb\xbf{\"metric\":\"nps\",\"value\":9}\n");
    assert_eq!(all(&path, 10).1[0].items.len(), 1);
}

#[test]
fn what_is_no_such_file_is_named_before_anything_is_sent() {
    for (name, bytes, expected) in [
        ("a.xlsx", b"PK\x03\x04".as_slice(), "neither in .csv"),
        ("a.csv", b"PK\x03\x04", "workbook"),
        ("a.csv", b"\xff\xfem\0", "UTF-16"),
        ("a.csv", b"", "empty"),
        ("a.csv", b"a;b\n1;2\n", "cannot tell"),
        ("a.csv", b"text\nhello\n", "need the columns kind"),
        ("a.jsonl", b"{\"x\":1}\n", "cannot tell"),
    ] {
        let (_folder, path) = file(name, bytes);
        let error = Batches::open(&path, None, 10).err().unwrap().to_string();
        assert!(error.contains(expected), "{name}: {error}");
    }
}

#[test]
fn rows_that_no_column_explains_are_a_wrong_use() {
    let (_folder, path) = file("a.csv", b"a,b\n1,2\n");
    assert!(matches!(Batches::open(&path, None, 10), Err(CliError::Usage { .. })));
}

#[test]
fn the_same_rows_in_either_format_are_the_same_messages() {
    let (_folder, csv) = file("a.csv", b"kind,text\ncomment,hello\npraise,thanks\n");
    let json = b"{\"text\":\"hello\",\"kind\":\"comment\"}\n\n{\"kind\":\"praise\",\"text\":\"thanks\"}\n";
    let (_other, jsonl) = file("a.jsonl", json);
    let items =
        |path| all(path, 10).1.into_iter().flat_map(|batch| batch.items.into_iter().map(|item| item.item));
    assert!(items(&csv).eq(items(&jsonl)));
}

#[test]
fn ids_of_rows_without_one_do_not_depend_on_where_an_import_was_resumed() {
    let text = format!("kind,text\n{}", "comment,same\ncomment,other\n".repeat(20));
    let (_folder, path) = file("a.csv", text.as_bytes());
    let id = |request: &ImportFeedbackRequest| match &request.item {
        Some(Item::Feedback(input)) => input.external_id.clone(),
        other => panic!("a comment is feedback, not {other:?}"),
    };
    let (_, whole) = all(&path, 100);
    let (mut reader, _) = Batches::open(&path, None, 100).unwrap();
    reader.skip(13).unwrap();
    let rest = reader.next_batch().unwrap().unwrap();
    assert_eq!(
        rest.items.iter().map(id).collect::<Vec<_>>(),
        whole[0].items[13..].iter().map(id).collect::<Vec<_>>()
    );
}
