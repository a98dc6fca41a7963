use std::borrow::Cow;

use super::table::Table;
use crate::error::CliError;

/// The table as RFC 4180, whole texts.
pub fn csv(table: &Table) -> Result<Vec<u8>, CliError> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let written = (|| {
        writer.write_record(table.titles())?;
        for row in table.rows() {
            writer.write_record(row.iter().map(|cell| harmless(&cell.text).into_owned()))?;
        }
        Ok::<_, csv::Error>(())
    })();
    written.map_err(anyhow::Error::from)?;
    writer.into_inner().map_err(|error| CliError::Other(error.into_error().into()))
}

/// A spreadsheet takes what starts like a formula for one; a customer could make it fetch or run something.
pub fn harmless(text: &str) -> Cow<'_, str> {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    if formula && text.parse::<f64>().is_err() { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

#[cfg(test)]
mod tests {
    use super::{csv, harmless};
    use crate::output::{Column, Table};

    #[test]
    fn formulas_are_disarmed_and_numbers_are_left_alone() {
        for text in ["=1+1", "+cmd|'/c calc'!A1", "-2+3", "@SUM(A1)", "\t=1"] {
            assert_eq!(harmless(text), format!("'{text}"));
        }
        for text in ["-12.5", "+12025550100", "a=b", "", "送货"] {
            assert_eq!(harmless(text), text);
        }
    }

    #[test]
    fn cells_are_quoted_where_they_must_be_and_never_cut() {
        let long = "x".repeat(500);
        let mut table = Table::list(&[Column::left("id"), Column::text("text")], "");
        table.row(vec!["1".into(), "a, \"b\"\nc".into()]);
        table.row(vec!["2".into(), long.as_str().into()]);
        let bytes = csv(&table).unwrap();
        assert_eq!(String::from_utf8(bytes).unwrap(), format!("id,text\n1,\"a, \"\"b\"\"\nc\"\n2,{long}\n"));
    }
}
