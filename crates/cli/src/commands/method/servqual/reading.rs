use std::path::Path;

use ting_methods::servqual::{Battery, Pair, Survey};

use crate::commands::method::excluded::{Excluded, complaint};
use crate::{
    error::CliError,
    sheet::{Column, Row, Sheet},
};

/// The respondents of a file, in constant memory.
pub struct Reading {
    pub survey: Survey,
    pub excluded: Excluded,
    pub points_not_100: u64,
    pub without_points: u64,
    pairs: Vec<Pair>,
    points: Vec<f64>,
    strict: bool,
}

struct Columns {
    /// Expected and perceived, for each item.
    items: Vec<(Column, Column)>,
    points: Option<Vec<Column>>,
}

impl Columns {
    fn find(sheet: &Sheet, battery: &Battery) -> Result<Self, CliError> {
        let side = |side: &str, item: &str| sheet.column(&format!("{side}{item}"));
        let items = battery.items().map(|item| Ok((side("E", item)?, side("P", item)?)));
        let names: Vec<String> = battery.dimensions().iter().map(|own| format!("W_{}", own.name)).collect();
        let some = names.iter().any(|name| sheet.optional_column(name).is_some());
        // Points for some dimensions only would weigh nothing; the missing column is named.
        let points = some.then(|| names.iter().map(|name| sheet.column(name)).collect()).transpose()?;
        Ok(Self { items: items.collect::<Result<_, CliError>>()?, points })
    }
}

/// Adds up the respondents of a file.
pub fn read(path: &Path, battery: Battery, strict: bool) -> Result<Reading, CliError> {
    let mut sheet = Sheet::open(path)?;
    let columns = Columns::find(&sheet, &battery)?;
    let mut reading = Reading {
        survey: Survey::new(battery),
        excluded: Excluded::default(),
        points_not_100: 0,
        without_points: 0,
        pairs: Vec::new(),
        points: Vec::new(),
        strict,
    };
    while let Some(row) = sheet.next_row()? {
        reading.take(&row, &columns)?;
    }
    sheet.require_rows()?;
    if reading.survey.respondents() == 0 {
        let message = format!(
            "{}: nobody answered an item on both sides: {}",
            path.display(),
            reading.excluded.reasons()
        );
        let hint = format!(
            "the scale is {}; --scale and --battery change what is read",
            reading.survey.battery().scale
        );
        return Err(CliError::failed(message, hint));
    }
    Ok(reading)
}

impl Reading {
    fn take(&mut self, row: &Row<'_>, columns: &Columns) -> Result<(), CliError> {
        self.pairs.clear();
        for (expected, perceived) in &columns.items {
            let (expected, perceived) = (self.answer(row, *expected)?, self.answer(row, *perceived)?);
            self.pairs.push(expected.zip(perceived));
        }
        let given = match &columns.points {
            Some(columns) => self.take_points(row, columns)?,
            None => false,
        };
        let points = given.then_some(self.points.as_slice());
        let first = columns.items.first().map(|(expected, _)| *expected);
        match (self.survey.add(&self.pairs, points), first) {
            (Err(error), Some(column)) => Err(row.wrong(column, error)),
            _ => Ok(()),
        }
    }

    fn answer(&mut self, row: &Row<'_>, column: Column) -> Result<Option<i64>, CliError> {
        let (text, scale) = (row.text(column), self.survey.battery().scale);
        match scale.thousandths(text) {
            Ok(answer) => Ok(Some(answer)),
            Err(why) if self.strict => Err(row.wrong(column, complaint(why, text, scale))),
            Err(why) => {
                self.excluded.add(why, row.line());
                Ok(None)
            }
        }
    }

    /// Whether the respondent gave points to all dimensions.
    fn take_points(&mut self, row: &Row<'_>, columns: &[Column]) -> Result<bool, CliError> {
        self.points.clear();
        for column in columns {
            match row.optional_number(*column)? {
                Some(points) if (0.0..=1e6).contains(&points) => self.points.push(points),
                Some(points) => {
                    return Err(
                        row.wrong(*column, format_args!("{points} are no points: 0 or more, 100 in all"))
                    );
                }
                None => {}
            }
        }
        let sum: f64 = self.points.iter().sum();
        if self.points.len() < columns.len() || sum <= 0.0 {
            self.without_points += 1;
            return Ok(false);
        }
        if (sum - 100.0).abs() > 0.5 {
            self.points_not_100 += 1;
        }
        Ok(true)
    }
}
