//! Files that are not what their names say, or not whole.

use std::{
    fs,
    io::{BufWriter, Write as _},
    path::PathBuf,
};

use ting_proto::intake::v1::import_feedback_request::Item;

use super::{Batches, Kind};

struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.0.path().join(name);
        fs::write(&path, bytes).unwrap();
        path
    }
}

/// Why a file is refused as a whole, with all its causes.
fn refusal(name: &str, bytes: &[u8]) -> String {
    let path = Folder::new();
    let error = Batches::open(&path.file(name, bytes), None, 10).err();
    error.map_or_else(|| "opened".to_owned(), |error| error.to_string())
}

/// Line and reason of every row; `ok` for one that goes to the service.
fn rows(path: &std::path::Path, kind: Option<Kind>) -> Vec<(u64, String)> {
    let (mut batches, _) = Batches::open(path, kind, 1000).unwrap();
    let mut rows = Vec::new();
    while let Some(batch) = batches.next_batch().unwrap() {
        rows.extend(batch.items.into_iter().map(|item| (item.row, "ok".to_owned())));
        rows.extend(batch.refused.into_iter().map(|error| (error.row, error.reason)));
    }
    rows.sort();
    rows
}

fn told(rows: &[(u64, &str)]) -> Vec<(u64, String)> {
    rows.iter().map(|(row, reason)| (*row, (*reason).to_owned())).collect()
}

#[test]
fn files_of_another_kind_are_named_for_what_they_are() {
    let many = vec!["c"; 100_000].join(",");
    let long = "x".repeat(10 * 1024 * 1024);
    for (name, bytes, expected) in [
        ("a.csv", b"PK\x03\x04rest".as_slice(), "workbook"),
        ("a.jsonl", b"\x1f\x8b\x08", "compressed"),
        ("a.csv", b"%PDF-1.7", "not text"),
        ("a.jsonl", b"\x7fELF\x02", "not text"),
        ("a.csv", b"\xff\xfek\0i\0", "UTF-16"),
        ("a.jsonl", b"\xfe\xff\0{\0}", "UTF-16"),
        ("a.csv", b"kind,t\xe9xt\ncomment,hi\n", "is not UTF-8"),
        ("a.csv", b"", "the file is empty"),
        ("a.csv", b"\xef\xbb\xbf", "the file is empty"),
        ("a.csv", b"\n\r\n\n", "the file is empty"),
        ("a.csv", b"kind,text,KIND\n", "\"kind\" is there twice"),
        ("a.csv", many.as_bytes(), "more than 1000 columns"),
        ("a.csv", long.as_bytes(), "is longer than 1048576 bytes"),
        ("a.csv", b"\"kind,text\ncomment,hi\n", "never closed"),
        ("a.jsonl", b"", "cannot tell what its rows are"),
        ("a.jsonl", b"[]\n", "cannot tell what its rows are"),
    ] {
        let refused = refusal(name, bytes);
        let start: String = bytes.iter().take(20).map(|byte| char::from(*byte)).collect();
        assert!(refused.contains(expected), "{name} {start:?}: {refused}");
    }
}

#[test]
fn a_file_of_nothing_but_a_header_has_no_rows() {
    let folder = Folder::new();
    for bytes in [b"kind,text".as_slice(), b"kind,text\n", b"\xef\xbb\xbfkind,text\r\n\r\n"] {
        assert_eq!(rows(&folder.file("a.csv", bytes), None), []);
    }
}

#[test]
fn bad_rows_of_a_csv_file_are_told_with_their_lines_and_the_others_go_on() {
    let folder = Folder::new();
    let mut text = b"kind,text\ncomment,good\n".to_vec();
    text.extend(b"comment,three,fields\n");
    text.extend(b"comment\n");
    text.extend(b"comment,caf\xe9\n");
    text.extend(format!("comment,{}\n", "x".repeat(10 * 1024 * 1024)).bytes());
    text.extend(format!("comment{}\n", ",".repeat(100_000)).bytes());
    text.extend(b"comment,\"two\nlines\"\n");
    text.extend(b"comment,=cmd|'/c calc'!A1\n");
    text.extend(b"comment,NUL \0 is the service's to refuse\n");
    text.extend(b"comment,good\ncomment,\"not closed\ncomment,never read\n");
    let expected = [
        (2, "ok"),
        (3, "WRONG_COLUMNS"),
        (4, "WRONG_COLUMNS"),
        (5, "BAD_ENCODING"),
        (6, "LINE_TOO_LONG"),
        (7, "TOO_MANY_COLUMNS"),
        (8, "ok"),
        (10, "ok"),
        (11, "ok"),
        (12, "ok"),
        (13, "UNCLOSED_QUOTE"),
    ];
    assert_eq!(rows(&folder.file("a.csv", &text), None), told(&expected));
}

#[test]
fn lines_may_end_as_on_any_machine() {
    let folder = Folder::new();
    for end in ["\n", "\r\n", "\r"] {
        let text = ["kind,text", "comment,one", "comment,two", ""].join(end);
        let found = rows(&folder.file("a.csv", text.as_bytes()), None);
        assert_eq!(found.iter().filter(|(_, reason)| reason == "ok").count(), 2, "{end:?}: {found:?}");
    }
}

#[test]
fn cells_are_sent_as_they_stand() {
    let folder = Folder::new();
    for cell in ["=cmd|'/c calc'!A1", "+1", "-1", "@SUM(A1)", "\t=1", " spaces ", "<script>", "\u{202e}x"] {
        let path = folder.file("a.csv", format!("kind,text\ncomment,{cell}\n").as_bytes());
        let (mut batches, _) = Batches::open(&path, None, 10).unwrap();
        let Some(Item::Feedback(sent)) = batches.next_batch().unwrap().unwrap().items.remove(0).item else {
            panic!("a comment is feedback")
        };
        assert_eq!(sent.text, cell);
    }
}

#[test]
fn bad_rows_of_a_jsonl_file_are_told_with_their_lines_and_the_others_go_on() {
    let folder = Folder::new();
    let deep = format!(r#"{{"text":{}{}}}"#, "[".repeat(200), "]".repeat(200));
    let array = format!(r#"{{"text":[{}0]}}"#, "0,".repeat(400_000));
    let lines: [(&str, &str); 18] = [
        (r#"{"kind":"comment","text":"good"}"#, "ok"),
        (r#"{"kind":"comment","text":"a\u0000b"}"#, "ok"),
        (&deep, "BAD_JSON"),
        (&array, "BAD_JSON"),
        (r#"{"kind":"comment","text":1e400}"#, "BAD_JSON"),
        (r#"{"kind":"comment","text":NaN}"#, "BAD_JSON"),
        (r#"{"kind":"comment","text":Infinity}"#, "BAD_JSON"),
        (r#"{"kind":"comment","text":"\ud800"}"#, "BAD_JSON"),
        (r#"{"kind":"comment","text":"a","text":"b"}"#, "BAD_JSON"),
        (r#"{"kind":"comment","text":"a"} x"#, "BAD_JSON"),
        (r#"{"kind":"comment","text":"a"}{}"#, "BAD_JSON"),
        (r#"{"kind":"comment","text":{"a":1}}"#, "BAD_JSON"),
        (r#"{"kind":"comment","text":"a""#, "BAD_JSON"),
        ("[]", "BAD_JSON"),
        ("null", "BAD_JSON"),
        ("17", "BAD_JSON"),
        ("{'kind':'comment'}", "BAD_JSON"),
        (r#"{"kind":"comment","text":"last"}"#, "ok"),
    ];
    let text: String = lines.iter().flat_map(|(line, _)| [line, "\n"]).collect();
    let expected: Vec<(u64, &str)> = (1..).zip(lines.iter().map(|(_, reason)| *reason)).collect();
    assert_eq!(rows(&folder.file("a.jsonl", text.as_bytes()), None), told(&expected));
}

#[test]
fn attributes_that_are_named_twice_are_refused_wherever_they_stand() {
    let folder = Folder::new();
    let lines = [
        (r#"{"external_id":"c","name":"Ann","attributes":{"tier":"gold","city":"X"}}"#, "ok"),
        (r#"{"external_id":"c","name":"Ann","attributes":{"tier":"gold","tier":"lead"}}"#, "BAD_JSON"),
        (r#"{"external_id":"c","tier":"gold","attributes":{"tier":"lead"}}"#, "BAD_JSON"),
        (r#"{"external_id":"c","attributes":{"name":"Ann"},"name":"Eve"}"#, "BAD_JSON"),
        (r#"{"external_id":"c","attributes":{"a":{"b":1}}}"#, "BAD_JSON"),
    ];
    let text: String = lines.iter().flat_map(|(line, _)| [line, "\n"]).collect();
    let expected: Vec<(u64, &str)> = (1..).zip(lines.iter().map(|(_, reason)| *reason)).collect();
    let path = folder.file("a.jsonl", text.as_bytes());
    assert_eq!(rows(&path, Some(Kind::Customers)), told(&expected));
}

#[test]
fn a_line_of_sixty_megabytes_is_passed_over() {
    let folder = Folder::new();
    let path = folder.file("a.jsonl", b"");
    let mut file = BufWriter::new(fs::File::create(&path).unwrap());
    let megabyte = vec![b'x'; 1024 * 1024];
    let good = b"{\"kind\":\"comment\",\"text\":\"good\"}\n";
    file.write_all(good).unwrap();
    for _ in 0..60 {
        file.write_all(&megabyte).unwrap();
    }
    file.write_all(b"\n").unwrap();
    file.write_all(good).unwrap();
    // The last line of all has no end.
    file.write_all(&megabyte).unwrap();
    file.write_all(&megabyte).unwrap();
    file.flush().unwrap();
    drop(file);
    let expected = [(1, "ok"), (2, "LINE_TOO_LONG"), (3, "ok"), (4, "LINE_TOO_LONG")];
    assert_eq!(rows(&path, None), told(&expected));
}

#[test]
fn times_that_no_calendar_or_no_zone_has_are_refused() {
    let folder = Folder::new();
    for (time, reason) in [
        ("2026-03-01T12:00:00Z", "ok"),
        ("2026-03-29T02:30:00+01:00", "ok"),
        ("", "ok"),
        ("31/02/2026", "BAD_TIME"),
        ("2026-02-31", "BAD_TIME"),
        ("2026-13-01", "BAD_TIME"),
        ("2026-02-29T00:00:00Z", "BAD_TIME"),
        ("2026-03-29T02:30:00", "BAD_TIME"),
        ("2026-03-29T02:30:00 Europe/Berlin", "BAD_TIME"),
        ("2026-03-01T24:00:00Z", "BAD_TIME"),
        ("2026-03-01T12:00:00+25:00", "BAD_TIME"),
        ("1772366400", "BAD_TIME"),
        ("now", "BAD_TIME"),
    ] {
        let text = format!("kind,text,occurred_at\ncomment,x,{time}\n");
        assert_eq!(rows(&folder.file("a.csv", text.as_bytes()), None), told(&[(2, reason)]), "{time}");
    }
}
