/// Why rows have no segments.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum SegmentsError {
    #[error("there is no column to compare the rows by")]
    NoColumns,
    #[error("the column {0} is there twice")]
    ColumnTwice(String),
    #[error("a row has {found} values where there are {expected} columns")]
    Width { found: usize, expected: usize },
    /// `column` counts from 0.
    #[error("{value} is no number between −1e150 and 1e150")]
    Value { column: usize, value: f64 },
    #[error("there are no rows")]
    NoRows,
    #[error("all rows are equal, so there is nothing to tell segments by")]
    AllEqual,
    #[error("{k} segments need as many different rows, and there are {distinct}")]
    TooFewRows { k: usize, distinct: usize },
    #[error("{0} segments are none to compare: ask for 2 or more")]
    TooFewSegments(usize),
}
