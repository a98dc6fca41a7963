use super::Sheet;

fn sheet(text: &'static [u8]) -> Result<Sheet, String> {
    Sheet::read("answers.csv", Box::new(text), 0).map_err(|error| error.to_string())
}

#[test]
fn cells_are_found_by_the_name_of_their_column() {
    let mut sheet = sheet("\u{feff}Respondent, score\r\n a , 4.5\r\n\r\n\"b,\nc\",7\r\n".as_bytes()).unwrap();
    let (who, score) = (sheet.column("respondent").unwrap(), sheet.column("score").unwrap());
    let row = sheet.next_row().unwrap().unwrap();
    assert_eq!((row.line(), row.text(who), row.number(score).unwrap()), (2, "a", 4.5));
    let row = sheet.next_row().unwrap().unwrap();
    assert_eq!(
        (row.line(), row.text(who), row.whole(score, &(1..=7), "an answer").unwrap()),
        (4, "b,\nc", 7)
    );
    assert!(sheet.next_row().unwrap().is_none());
    assert_eq!(sheet.rows(), 2);
}

#[test]
fn what_is_wrong_is_told_with_file_line_and_column() {
    let mut bad = sheet(b"who,score\na,6\nb,NaN\nc,\nd,2.5\n").unwrap();
    let score = bad.column("score").unwrap();
    assert_eq!(
        bad.column("segment").unwrap_err().to_string(),
        "answers.csv, line 1: there is no column segment"
    );
    let row = bad.next_row().unwrap().unwrap();
    assert_eq!(
        row.whole(score, &(1..=5), "an answer").unwrap_err().to_string(),
        "answers.csv, line 2: column score: 6 is not an answer from 1 to 5"
    );
    let row = bad.next_row().unwrap().unwrap();
    assert_eq!(
        row.number(score).unwrap_err().to_string(),
        "answers.csv, line 3: column score: NaN is no number"
    );
    let row = bad.next_row().unwrap().unwrap();
    assert_eq!(row.number(score).unwrap_err().to_string(), "answers.csv, line 4: column score: it is empty");
    assert_eq!(row.optional_number(score).unwrap(), None);
    assert!(bad.next_row().unwrap().unwrap().whole(score, &(1..=5), "an answer").is_err());
}

#[test]
fn files_that_are_no_sheet_are_refused_with_the_line() {
    for (text, expected) in [
        (&b""[..], "answers.csv, line 1: the file is empty; its first line must name the columns"),
        (b"a,A\n1,2\n", "answers.csv, line 1: the column A is there twice"),
        (b"a\n\xff\n", "answers.csv, line 2: it is not UTF-8"),
        (
            b"a,b\n1\n",
            "answers.csv, line 2: it has 1 columns where the header has 2; is a quotation mark missing?",
        ),
    ] {
        let told = sheet(text).and_then(|mut sheet| match sheet.next_row() {
            Ok(_) => Ok(()),
            Err(error) => Err(error.to_string()),
        });
        assert_eq!(told, Err(expected.to_owned()));
    }
}
