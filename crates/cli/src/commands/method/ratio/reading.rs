use std::path::Path;

use ting_methods::ratio::{Bands, Rating, RatioError, Totals, Zone, ZoneTotals};
use ting_methods::score::Band;

use crate::commands::method::named::Named;
use crate::{
    error::CliError,
    sheet::{Column, Row, Sheet},
};

/// More different attributes are no attributes, and would fill the memory.
const MOST_ATTRIBUTES: usize = 10_000;

/// The ratings of a file. Memory grows with attributes and customers, not with rows.
pub struct Reading {
    pub all: Tally,
    pub unanswered: u64,
    /// Of rows.
    pub bands: Bands,
    pub attributes: Option<Parts>,
    pub customers: Option<Parts>,
}

pub type Parts = Named<Tally>;

/// Ratings and zones of one thing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Tally {
    pub totals: Totals,
    pub zone: ZoneTotals,
}

impl Tally {
    fn add(&mut self, rating: &Rating, zone: Option<Zone>) -> Result<f64, RatioError> {
        let ratio = self.totals.add(rating)?;
        zone.map(|zone| self.zone.add(rating, zone)).transpose()?;
        Ok(ratio)
    }
}

struct Columns {
    perceived: Column,
    expected: Column,
    weight: Option<Column>,
    zone: Option<(Column, Column)>,
    attribute: Option<Column>,
    customer: Option<Column>,
}

impl Columns {
    fn find(sheet: &Sheet) -> Result<Self, CliError> {
        let (adequate, desired) = (sheet.optional_column("adequate"), sheet.optional_column("desired"));
        // One end of a zone alone asks for the other by name.
        let zone = match (adequate, desired) {
            (None, None) => None,
            _ => Some((sheet.column("adequate")?, sheet.column("desired")?)),
        };
        Ok(Self {
            perceived: sheet.column("perceived")?,
            expected: sheet.column("expected")?,
            weight: sheet.optional_column("weight"),
            zone,
            attribute: sheet.optional_column("attribute"),
            customer: sheet.optional_column("customer"),
        })
    }

    /// The rating of a row; none when it was not answered.
    fn rating(&self, row: &Row<'_>) -> Result<Option<Rating>, CliError> {
        let perceived = row.optional_number(self.perceived)?;
        let expected = row.optional_number(self.expected)?;
        let weight = self.weight.map(|weight| row.optional_number(weight)).transpose()?.flatten();
        let rating = |(perceived, expected)| Rating { perceived, expected, weight: weight.unwrap_or(1.0) };
        Ok(perceived.zip(expected).map(rating))
    }

    fn zone(&self, row: &Row<'_>) -> Result<Option<Zone>, CliError> {
        let Some((adequate, desired)) = self.zone else { return Ok(None) };
        let ends = row.optional_number(adequate)?.zip(row.optional_number(desired)?);
        Ok(ends.map(|(adequate, desired)| Zone { adequate, desired }))
    }

    fn explain(&self, row: &Row<'_>, error: &RatioError) -> CliError {
        let column = match error {
            RatioError::Perceived(_) | RatioError::Range => self.perceived,
            RatioError::Expected(_) => self.expected,
            RatioError::Weight(_) => self.weight.unwrap_or(self.perceived),
            RatioError::Zone { .. } => self.zone.map_or(self.perceived, |(adequate, _)| adequate),
        };
        row.wrong(column, error)
    }
}

/// Adds up the ratings of a file.
pub fn read(path: &Path, tolerance: u32) -> Result<Reading, CliError> {
    let mut sheet = Sheet::open(path)?;
    let columns = Columns::find(&sheet)?;
    let mut reading = Reading {
        all: Tally::default(),
        unanswered: 0,
        bands: Bands::default(),
        attributes: columns.attribute.map(|_| Parts::new()),
        customers: columns.customer.map(|_| Parts::new()),
    };
    while let Some(row) = sheet.next_row()? {
        reading.take(&row, &columns, tolerance)?;
    }
    sheet.require_rows()?;
    Ok(reading)
}

impl Reading {
    fn take(&mut self, row: &Row<'_>, columns: &Columns, tolerance: u32) -> Result<(), CliError> {
        let Some(rating) = columns.rating(row)? else {
            self.unanswered += 1;
            return Ok(());
        };
        let zone = columns.zone(row)?;
        let wrong = |error: RatioError| columns.explain(row, &error);
        let ratio = self.all.add(&rating, zone).map_err(wrong)?;
        self.bands.add(Band::of_ratio(ratio, tolerance));
        for (parts, column) in
            [(&mut self.attributes, columns.attribute), (&mut self.customers, columns.customer)]
        {
            if let Some((parts, column)) = parts.as_mut().zip(column) {
                parts.of(row.text(column), Tally::default).add(&rating, zone).map_err(wrong)?;
            }
        }
        let attributes = self.attributes.as_ref().zip(columns.attribute);
        match attributes.filter(|(attributes, _)| attributes.len() > MOST_ATTRIBUTES) {
            Some((_, column)) => Err(
                row.wrong(column, format_args!("there are more than {MOST_ATTRIBUTES} different attributes"))
            ),
            None => Ok(()),
        }
    }
}
