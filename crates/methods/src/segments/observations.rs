use std::cmp::Ordering;

use super::SegmentsError;

/// Sums of squares of larger numbers would leave the range of an `f64`.
const LARGEST: f64 = 1e150;

/// Rows to be segmented: named columns of numbers, and an id for each row.
#[derive(Debug, Clone, PartialEq)]
pub struct Observations {
    columns: Vec<String>,
    ids: Vec<String>,
    /// Row after row.
    values: Vec<f64>,
    /// The places of the columns by name: what is computed must not depend on their order.
    order: Vec<usize>,
}

impl Observations {
    /// No rows yet. Names of columns must differ.
    pub fn new(columns: Vec<String>) -> Result<Self, SegmentsError> {
        if columns.is_empty() {
            return Err(SegmentsError::NoColumns);
        }
        let mut order: Vec<usize> = (0..columns.len()).collect();
        order.sort_by(|a, b| columns[*a].cmp(&columns[*b]));
        if let Some(pair) = order.windows(2).find(|pair| columns[pair[0]] == columns[pair[1]]) {
            return Err(SegmentsError::ColumnTwice(columns[pair[0]].clone()));
        }
        Ok(Self { columns, ids: Vec::new(), values: Vec::new(), order })
    }

    /// Adds a row: a number for each column. Ids only name rows in the answer; nothing is computed from them.
    pub fn push(&mut self, id: &str, row: &[f64]) -> Result<(), SegmentsError> {
        if row.len() != self.columns.len() {
            return Err(SegmentsError::Width { found: row.len(), expected: self.columns.len() });
        }
        let unfit = row.iter().position(|value| !value.is_finite() || value.abs() > LARGEST);
        if let Some(column) = unfit {
            return Err(SegmentsError::Value { column, value: row[column] });
        }
        self.ids.push(id.to_owned());
        self.values.extend_from_slice(row);
        Ok(())
    }

    pub fn len(&self) -> usize {
        self.ids.len()
    }

    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// The names of the columns as they were given.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }

    /// The id of a row.
    pub fn id(&self, row: usize) -> &str {
        &self.ids[row]
    }

    /// The numbers of a row, in the order of [`Self::columns`].
    pub fn row(&self, row: usize) -> &[f64] {
        let width = self.columns.len();
        &self.values[row * width..(row + 1) * width]
    }

    /// The numbers of a row, columns ordered by name.
    pub(super) fn by_name(&self, row: usize) -> impl Iterator<Item = f64> {
        let values = self.row(row);
        self.order.iter().map(|column| values[*column])
    }

    /// The places of the columns, ordered by name.
    pub(super) fn column_order(&self) -> &[usize] {
        &self.order
    }

    /// All rows, ordered by their numbers: equal rows are interchangeable, so what follows does not depend on the file's order.
    pub(super) fn canonical_rows(&self) -> Vec<usize> {
        let mut rows: Vec<usize> = (0..self.len()).collect();
        rows.sort_by(|a, b| {
            let pairs = self.by_name(*a).zip(self.by_name(*b));
            // 0 and −0 are the same number.
            let mut compared = pairs.map(|(a, b)| (a + 0.0).total_cmp(&(b + 0.0)));
            compared.find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
        });
        rows
    }
}
