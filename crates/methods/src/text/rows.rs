//! Dense vectors of one length, one below the other, and their products.

use faer::linalg::matmul::matmul;
use faer::{Accum, MatMut, MatRef, Par};
use rayon::prelude::*;

/// Rows that one thread multiplies at once.
pub(super) const BLOCK: usize = 256;

/// A dense matrix by rows.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Rows {
    width: usize,
    cells: Vec<f32>,
}

impl Rows {
    pub(super) fn zeros(height: usize, width: usize) -> Self {
        Self { width, cells: vec![0.0; height * width] }
    }

    /// Cells row by row; their number is a multiple of the width.
    pub(super) fn from_cells(width: usize, cells: Vec<f32>) -> Self {
        debug_assert!(if width == 0 { cells.is_empty() } else { cells.len().is_multiple_of(width) });
        Self { width, cells }
    }

    pub(super) fn height(&self) -> usize {
        self.cells.len() / self.width.max(1)
    }

    pub(super) fn width(&self) -> usize {
        self.width
    }

    pub(super) fn cells(&self) -> &[f32] {
        &self.cells
    }

    pub(super) fn row(&self, at: usize) -> &[f32] {
        &self.cells[at * self.width..(at + 1) * self.width]
    }

    pub(super) fn row_mut(&mut self, at: usize) -> &mut [f32] {
        &mut self.cells[at * self.width..(at + 1) * self.width]
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &[f32]> {
        self.cells.chunks_exact(self.width.max(1))
    }

    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut [f32]> {
        self.cells.chunks_exact_mut(self.width.max(1))
    }

    /// Blocks of rows, for a thread each.
    pub(super) fn blocks(&self) -> impl IndexedParallelIterator<Item = &[f32]> {
        self.cells.par_chunks(BLOCK * self.width.max(1))
    }

    /// The rows at some places, in that order.
    pub(super) fn select(&self, places: impl IntoIterator<Item = usize>) -> Self {
        let mut cells = Vec::new();
        for place in places {
            cells.extend_from_slice(self.row(place));
        }
        Self { width: self.width, cells }
    }

    pub(super) fn push(&mut self, row: &[f32]) {
        debug_assert_eq!(row.len(), self.width);
        self.cells.extend_from_slice(row);
    }

    /// The products of the rows of a block with all rows here: a line for each row of the block.
    pub(super) fn cosines(&self, block: &[f32]) -> Vec<f32> {
        let (height, count) = (block.len() / self.width.max(1), self.height());
        let left = MatRef::from_row_major_slice(block, height, self.width);
        let right = MatRef::from_row_major_slice(&self.cells, count, self.width);
        let mut product = vec![0.0; height * count];
        let target = MatMut::from_row_major_slice_mut(&mut product, height, count);
        matmul(target, Accum::Replace, left, right.transpose(), 1.0, Par::Seq);
        product
    }

    /// The product with a small matrix on the right.
    pub(super) fn times(&self, small: MatRef<'_, f32>) -> Self {
        let (rank, width) = (small.ncols(), self.width.max(1));
        let mut product = Self::zeros(self.height(), rank);
        product.cells.par_chunks_mut(BLOCK * rank.max(1)).zip(self.cells.par_chunks(BLOCK * width)).for_each(
            |(target, block)| {
                let height = block.len() / width;
                let left = MatRef::from_row_major_slice(block, height, self.width);
                let target = MatMut::from_row_major_slice_mut(target, height, rank);
                matmul(target, Accum::Replace, left, small, 1.0, Par::Seq);
            },
        );
        product
    }

    /// The products of the columns with each other. Blocks are summed in their order and in double precision: one long
    /// sum in single precision would lose the small directions, and threads must not change it.
    pub(super) fn gram(&self) -> faer::Mat<f64> {
        let width = self.width;
        let of_block = |block: &[f32]| {
            let rows = MatRef::from_row_major_slice(block, block.len() / width.max(1), width);
            let mut product = vec![0.0; width * width];
            let target = MatMut::from_row_major_slice_mut(&mut product, width, width);
            matmul(target, Accum::Replace, rows.transpose(), rows, 1.0, Par::Seq);
            product
        };
        let mut sum = vec![0.0_f64; width * width];
        for blocks in self.cells.chunks(64 * 4 * BLOCK * width.max(1)) {
            let parts: Vec<Vec<f32>> = blocks.par_chunks(4 * BLOCK * width.max(1)).map(of_block).collect();
            for part in parts {
                sum.iter_mut().zip(part).for_each(|(cell, value)| *cell += f64::from(value));
            }
        }
        faer::Mat::from_fn(width, width, |row, column| sum[row * width + column])
    }
}

/// Adds `factor` times one vector to another.
pub(super) fn add_scaled(sum: &mut [f32], vector: &[f32], factor: f32) {
    for (cell, value) in sum.iter_mut().zip(vector) {
        *cell += factor * value;
    }
}

/// The product of two vectors, summed in eight lanes whose order is fixed.
pub(super) fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut lanes = [0.0_f32; 8];
    let (whole_a, rest_a) = a.as_chunks::<8>();
    let (whole_b, rest_b) = b.as_chunks::<8>();
    for (a, b) in whole_a.iter().zip(whole_b) {
        for lane in 0..8 {
            lanes[lane] += a[lane] * b[lane];
        }
    }
    let rest: f32 = rest_a.iter().zip(rest_b).map(|(a, b)| a * b).sum();
    lanes.iter().sum::<f32>() + rest
}

/// Gives a vector the length 1; false when it has no direction.
pub(super) fn scale_to_unit(vector: &mut [f32]) -> bool {
    let length = dot(vector, vector).sqrt();
    // Rounding leaves traces where nothing is meant.
    if length.is_nan() || length < 1e-6 {
        vector.fill(0.0);
        return false;
    }
    for value in vector {
        *value /= length;
    }
    true
}
