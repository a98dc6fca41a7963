//! A sparse matrix and its product with a dense one.

use rayon::prelude::*;

use super::rows::{Rows, add_scaled};

/// A sparse matrix by rows.
#[derive(Debug, Clone)]
pub(super) struct Sparse {
    starts: Vec<usize>,
    columns: Vec<u32>,
    values: Vec<f32>,
    width: usize,
}

impl Sparse {
    pub(super) fn new(width: usize) -> Self {
        Self { starts: vec![0], columns: Vec::new(), values: Vec::new(), width }
    }

    pub(super) fn push_row(&mut self, cells: impl IntoIterator<Item = (u32, f32)>) {
        for (column, value) in cells {
            debug_assert!((column as usize) < self.width);
            self.columns.push(column);
            self.values.push(value);
        }
        self.starts.push(self.columns.len());
    }

    pub(super) fn height(&self) -> usize {
        self.starts.len() - 1
    }

    pub(super) fn width(&self) -> usize {
        self.width
    }

    fn row(&self, row: usize) -> impl Iterator<Item = (usize, f32)> + '_ {
        let cells = self.starts[row]..self.starts[row + 1];
        self.columns[cells.clone()]
            .iter()
            .map(|column| *column as usize)
            .zip(self.values[cells].iter().copied())
    }

    pub(super) fn transposed(&self) -> Self {
        let mut starts = vec![0; self.width + 1];
        for column in &self.columns {
            starts[*column as usize + 1] += 1;
        }
        for column in 0..self.width {
            starts[column + 1] += starts[column];
        }
        let mut next = starts.clone();
        let (mut columns, mut values) = (vec![0; self.columns.len()], vec![0.0; self.values.len()]);
        for (row, number) in (0..self.height()).zip(0_u32..) {
            for (column, value) in self.row(row) {
                columns[next[column]] = number;
                values[next[column]] = value;
                next[column] += 1;
            }
        }
        Self { starts, columns, values, width: self.height() }
    }

    /// The product with a dense matrix. Every row is summed in its own order, so threads do not change it.
    pub(super) fn times(&self, dense: &Rows) -> Rows {
        let rank = dense.width();
        let mut cells = vec![0.0; self.height() * rank];
        cells.par_chunks_mut(rank.max(1)).with_min_len(64).enumerate().for_each(|(row, sum)| {
            // Written before it is read: a fresh page is then mapped once and not twice.
            sum.fill(0.0);
            for (column, value) in self.row(row) {
                add_scaled(sum, dense.row(column), value);
            }
        });
        Rows::from_cells(rank, cells)
    }
}
