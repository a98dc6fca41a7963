use std::{
    io::{self, BufRead},
    sync::Arc,
};

use csv_core::ReadRecordResult;

use super::{
    Record,
    row::{Fields, Refusal},
};

/// No honest row is longer.
pub const MAX_RECORD_BYTES: usize = 1024 * 1024;
const MAX_COLUMNS: usize = 1000;

/// Reads RFC 4180 a record at a time, in bounded memory, and knows on which line each record starts.
pub struct CsvReader<R> {
    source: R,
    core: csv_core::Reader,
    output: Vec<u8>,
    ends: Vec<usize>,
    /// The line of the next byte.
    line: u64,
    read: u64,
    header: Arc<[String]>,
}

/// A record as it stands in the file.
enum Raw {
    /// Its start line, bytes and fields.
    Cells(u64, usize, usize),
    Refused(u64, Refusal),
}

impl<R: BufRead> CsvReader<R> {
    /// Reads the header: names in lower case without blanks around them.
    pub fn new(source: R) -> anyhow::Result<Self> {
        let mut reader = Self {
            source,
            core: csv_core::Reader::new(),
            output: vec![0; MAX_RECORD_BYTES],
            ends: vec![0; MAX_COLUMNS],
            line: 1,
            read: 0,
            header: Arc::from([]),
        };
        let header = match reader.raw()? {
            None => anyhow::bail!("the file is empty"),
            Some(Raw::Refused(line, refusal)) => anyhow::bail!("line {line}: the header {}", refusal.message),
            Some(Raw::Cells(_, bytes, cells)) => reader.strings(bytes, cells),
        };
        let names = header.map_err(|refusal| anyhow::anyhow!("the header {}", refusal.message))?;
        let names: Vec<String> = names.iter().map(|name| name.trim().to_lowercase()).collect();
        if let Some(twice) =
            names.iter().enumerate().find_map(|(place, name)| names[..place].contains(name).then_some(name))
        {
            anyhow::bail!("the column {twice:?} is there twice");
        }
        reader.header = Arc::from(names);
        Ok(reader)
    }

    pub fn header(&self) -> &[String] {
        &self.header
    }

    /// Bytes read so far.
    pub fn position(&self) -> u64 {
        self.read
    }

    pub fn read_record(&mut self) -> io::Result<Option<Record>> {
        let (line, fields) = match self.raw()? {
            None => return Ok(None),
            Some(Raw::Refused(line, refusal)) => (line, Err(refusal)),
            Some(Raw::Cells(line, bytes, cells)) => (line, self.fields(bytes, cells)),
        };
        Ok(Some(Record { line, fields }))
    }

    fn fields(&self, bytes: usize, cells: usize) -> Result<Fields, Refusal> {
        if cells != self.header.len() {
            let message = format!("has {cells} columns where the header has {}", self.header.len());
            return Err(Refusal::new("", "WRONG_COLUMNS", message));
        }
        Ok(Fields { names: Arc::clone(&self.header), values: self.strings(bytes, cells)? })
    }

    fn strings(&self, bytes: usize, cells: usize) -> Result<Vec<String>, Refusal> {
        let text = str::from_utf8(&self.output[..bytes])
            .map_err(|_| Refusal::new("", "BAD_ENCODING", "is not UTF-8"))?;
        let mut start = 0;
        let mut cut = |end: &usize| {
            let cell = text.get(start..*end);
            start = *end;
            // A character cut in two by a delimiter is no UTF-8 either.
            cell.map(str::to_owned).ok_or_else(|| Refusal::new("", "BAD_ENCODING", "is not UTF-8"))
        };
        self.ends[..cells].iter().map(&mut cut).collect()
    }

    fn raw(&mut self) -> io::Result<Option<Raw>> {
        self.skip_line_ends()?;
        let line = self.line;
        let (mut bytes, mut cells) = (0, 0);
        let mut refusal = None;
        loop {
            let input = self.source.fill_buf()?;
            let at_end = input.is_empty();
            // A line end closes what the end of the file would leave open, unless it is within quotes.
            let given = if at_end { b"\n".as_slice() } else { input };
            let (result, taken, written, ended) =
                self.core.read_record(given, &mut self.output[bytes..], &mut self.ends[cells..]);
            if !at_end {
                self.advance(taken);
            }
            bytes += written;
            cells += ended;
            match result {
                ReadRecordResult::Record => return Ok(Some(refused_or(refusal, line, bytes, cells))),
                ReadRecordResult::InputEmpty if at_end && bytes + cells == 0 && refusal.is_none() => {
                    return Ok(None);
                }
                ReadRecordResult::InputEmpty | ReadRecordResult::End if at_end => {
                    // What follows the end is nothing, not the rest of the quotation.
                    self.core.reset();
                    return Ok(Some(Raw::Refused(line, refusal.unwrap_or_else(unclosed))));
                }
                ReadRecordResult::InputEmpty | ReadRecordResult::End => {}
                ReadRecordResult::OutputFull => {
                    bytes = 0;
                    refusal.get_or_insert_with(too_long);
                }
                ReadRecordResult::OutputEndsFull => {
                    cells = 0;
                    refusal.get_or_insert_with(too_many);
                }
            }
        }
    }

    /// Blank lines are no records, and the line feed of CR LF is left over from the record before.
    fn skip_line_ends(&mut self) -> io::Result<()> {
        loop {
            let input = self.source.fill_buf()?;
            let blanks = input.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
            if blanks == 0 {
                return Ok(());
            }
            self.advance(blanks);
        }
    }

    /// Consumes bytes of the buffer that was filled last.
    fn advance(&mut self, bytes: usize) {
        let feeds = self
            .source
            .fill_buf()
            .map_or(0, |buffer| buffer[..bytes].split(|byte| *byte == b'\n').count() - 1);
        self.line += feeds as u64;
        self.read += bytes as u64;
        self.source.consume(bytes);
    }
}

fn unclosed() -> Refusal {
    Refusal::new("", "UNCLOSED_QUOTE", "has a quotation mark that is never closed")
}

fn too_long() -> Refusal {
    let message = format!("is longer than {MAX_RECORD_BYTES} bytes; is a quotation mark not closed?");
    Refusal::new("", "LINE_TOO_LONG", message)
}

fn too_many() -> Refusal {
    Refusal::new("", "TOO_MANY_COLUMNS", format!("has more than {MAX_COLUMNS} columns"))
}

fn refused_or(refusal: Option<Refusal>, line: u64, bytes: usize, cells: usize) -> Raw {
    refusal.map_or(Raw::Cells(line, bytes, cells), |refusal| Raw::Refused(line, refusal))
}

#[cfg(test)]
mod tests {
    use std::io::{BufReader, Read};

    use super::CsvReader;

    /// Lines of records with their cells, or the reason why there are none.
    fn rows(text: &[u8]) -> Vec<(u64, Result<Vec<String>, &'static str>)> {
        read(BufReader::new(text))
    }

    fn read(source: BufReader<impl Read>) -> Vec<(u64, Result<Vec<String>, &'static str>)> {
        let mut reader = CsvReader::new(source).unwrap();
        let mut rows = Vec::new();
        while let Some(record) = reader.read_record().unwrap() {
            rows.push((
                record.line,
                record.fields.map(|fields| fields.values).map_err(|refusal| refusal.reason),
            ));
        }
        rows
    }

    #[expect(clippy::unnecessary_wraps, reason = "it is compared with rows that may be refused")]
    fn cells(cells: &[&str]) -> Result<Vec<String>, &'static str> {
        Ok(cells.iter().map(|cell| (*cell).to_owned()).collect())
    }

    #[test]
    fn records_are_numbered_by_the_line_they_start_on() {
        for end in ["\n", "\r\n"] {
            let text = ["a,b", "1,2", "\"x", "y\",3", "", "4,5"].join(end);
            let inside = format!("x{end}y");
            let expected =
                vec![(2, cells(&["1", "2"])), (3, cells(&[&inside, "3"])), (6, cells(&["4", "5"]))];
            assert_eq!(rows(text.as_bytes()), expected);
            assert_eq!(rows(format!("{text}{end}").as_bytes()), expected);
            // The smallest buffer puts every byte at a border.
            assert_eq!(read(BufReader::with_capacity(1, text.as_bytes())), expected);
        }
    }

    #[test]
    fn a_bad_record_does_not_take_the_next_with_it() {
        let mut text = b"a,b\n1\n2,\xff\n\xe9,2\n".to_vec();
        text.extend(format!("\"{}\",1\n", "x".repeat(super::MAX_RECORD_BYTES + 1)).bytes());
        text.extend(format!("{}\n", ",".repeat(2500)).bytes());
        text.extend(b"good,row\n");
        let expected = vec![
            (2, Err("WRONG_COLUMNS")),
            (3, Err("BAD_ENCODING")),
            (4, Err("BAD_ENCODING")),
            (5, Err("LINE_TOO_LONG")),
            (6, Err("TOO_MANY_COLUMNS")),
            (7, cells(&["good", "row"])),
        ];
        assert_eq!(rows(&text), expected);
    }

    #[test]
    fn a_character_cut_by_a_comma_is_bad_encoding() {
        assert_eq!(rows(b"a,b\n\xe9\x80,\x81\n"), [(2, Err("BAD_ENCODING"))]);
    }

    #[test]
    fn a_quotation_that_never_ends_is_refused_where_it_starts() {
        assert_eq!(rows(b"a,b\n1,2\n3,\"four\n5,6\n"), [(2, cells(&["1", "2"])), (3, Err("UNCLOSED_QUOTE"))]);
        assert_eq!(rows(b"a\n\""), [(2, Err("UNCLOSED_QUOTE"))]);
        assert_eq!(rows(b"a\n\"done\""), [(2, cells(&["done"]))]);
    }

    #[test]
    fn names_of_columns_are_lower_case_and_unique() {
        let reader = CsvReader::new(BufReader::new(b" Text ,KIND\n".as_slice())).unwrap();
        assert_eq!(reader.header(), ["text", "kind"]);
        assert!(CsvReader::new(BufReader::new(b"a,A\n".as_slice())).is_err());
        assert!(CsvReader::new(BufReader::new(b"".as_slice())).is_err());
        assert!(CsvReader::new(BufReader::new(b"\xff\n".as_slice())).is_err());
    }
}
