use serde::{Serialize, Serializer};

use super::category::Cell;
use Cell::{A, I, M, O, Q, R};

/// How far answers of 1 to 5 are good or bad where the requirement is met; for three answers every second one.
const FUNCTIONAL: [i64; 5] = [4, 2, 0, -1, -2];

/// An evaluation table: what a pair of answers says. Rows are functional answers, columns dysfunctional ones.
///
/// Serialises as its rows, such as `["QAAAO", …]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table(Vec<Vec<Cell>>);

/// Why cells are no table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "an evaluation table has 3 or 5 rows and as many columns, not {rows} rows and {columns} columns in row {row}"
)]
pub struct TableError {
    pub rows: usize,
    /// The row at fault, from 1.
    pub row: usize,
    pub columns: usize,
}

impl Table {
    /// The table of Kano 1984 and Berger et al. 1993.
    pub fn standard() -> Self {
        Self(vec![
            vec![Q, A, A, A, O],
            vec![R, I, I, I, M],
            vec![R, I, I, I, M],
            vec![R, I, I, I, M],
            vec![R, R, R, R, Q],
        ])
    }

    /// Pouliot's table (1993): the same answer to both questions is questionable also for "must be" and "live with".
    pub fn pouliot() -> Self {
        let mut table = Self::standard();
        table.0[1][1] = Q;
        table.0[3][3] = Q;
        table
    }

    /// Three answers (1 like, 2 neutral, 3 dislike) as in the R package stp25kano; it knows neither R nor Q.
    pub fn short3() -> Self {
        Self(vec![vec![A, A, O], vec![I, I, M], vec![I, I, M]])
    }

    /// A table of one's own, of 3 × 3 or 5 × 5 cells.
    pub fn custom(rows: Vec<Vec<Cell>>) -> Result<Self, TableError> {
        let size = rows.len();
        let uneven = rows.iter().position(|row| row.len() != size);
        if matches!((size, uneven), (3 | 5, None)) {
            return Ok(Self(rows));
        }
        let row = uneven.unwrap_or_default();
        Err(TableError { rows: size, row: row + 1, columns: rows.get(row).map_or(0, Vec::len) })
    }

    /// The largest answer: 3 or 5.
    #[expect(clippy::cast_possible_truncation, reason = "a table has at most 5 rows")]
    pub fn answers(&self) -> u8 {
        self.0.len() as u8
    }

    /// What a pair of answers says; none for an answer beyond the table.
    pub fn cell(&self, functional: u8, dysfunctional: u8) -> Option<Cell> {
        let at = |answer: u8| usize::from(answer).checked_sub(1);
        self.0.get(at(functional)?)?.get(at(dysfunctional)?).copied()
    }

    /// The number of an answer to the functional question, by its place from 0: like 4, must-be 2, neutral 0, live with −1,
    /// dislike −2. The dysfunctional question has the same numbers from the other end. A positive answer counts more, being
    /// stronger evidence (DuMouchel in Berger et al. 1993).
    pub(super) fn functional_value(&self, place: usize) -> i64 {
        let step = if self.0.len() == 3 { 2 } else { 1 };
        FUNCTIONAL.get(place * step).copied().unwrap_or_default()
    }

    pub(super) fn dysfunctional_value(&self, place: usize) -> i64 {
        self.functional_value((self.0.len() - 1).saturating_sub(place))
    }
}

impl Serialize for Table {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer
            .collect_seq(self.0.iter().map(|row| row.iter().map(|cell| cell.letter()).collect::<String>()))
    }
}
