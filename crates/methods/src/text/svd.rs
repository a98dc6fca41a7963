use ndarray::Array2;
use rayon::prelude::*;

use crate::random::Random;

/// Extra directions that make the leading ones accurate.
const OVERSAMPLE: usize = 10;

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

    fn row(&self, row: usize) -> impl Iterator<Item = (usize, f32)> + '_ {
        let cells = self.starts[row]..self.starts[row + 1];
        self.columns[cells.clone()]
            .iter()
            .map(|column| *column as usize)
            .zip(self.values[cells].iter().copied())
    }

    fn transposed(&self) -> Self {
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
    pub(super) fn times(&self, dense: &Array2<f32>) -> Array2<f32> {
        let rank = dense.ncols();
        let mut cells = vec![0.0; self.height() * rank];
        let factor = dense.as_standard_layout();
        let factor = factor.as_slice().unwrap_or(&[]);
        cells.par_chunks_mut(rank.max(1)).enumerate().for_each(|(row, sum)| {
            for (column, value) in self.row(row) {
                add_scaled(sum, &factor[column * rank..(column + 1) * rank], value);
            }
        });
        dense_matrix(self.height(), rank, cells)
    }
}

/// Adds `factor` times one vector to another.
pub(super) fn add_scaled(sum: &mut [f32], vector: &[f32], factor: f32) {
    for (cell, value) in sum.iter_mut().zip(vector) {
        *cell += factor * value;
    }
}

/// Wraps row-major cells whose number is right by construction.
pub(super) fn dense_matrix(height: usize, width: usize, cells: Vec<f32>) -> Array2<f32> {
    Array2::from_shape_vec((height, width), cells).expect("the cells were counted as height times width")
}

/// The leading right singular vectors (as columns) and singular values, largest first.
#[derive(Debug)]
pub(super) struct Decomposition {
    pub(super) right: Array2<f32>,
    pub(super) singular: Vec<f32>,
}

/// Decomposes a sparse matrix by random projection (Halko, Martinsson and Tropp 2011).
pub(super) fn truncated(matrix: &Sparse, rank: usize, iterations: usize, seed: u64) -> Decomposition {
    let sketch = (rank + OVERSAMPLE).min(matrix.height()).min(matrix.width);
    let transposed = matrix.transposed();
    let mut random = Random::new(seed);
    let directions = (0..matrix.width * sketch).map(|_| random.normal()).collect();
    let mut basis = orthonormal(matrix.times(&dense_matrix(matrix.width, sketch, directions)));
    for _ in 0..iterations {
        let other = orthonormal(transposed.times(&basis));
        basis = orthonormal(matrix.times(&other));
    }
    // The small side: B = Qᵀ A, kept as Bᵀ.
    let small = transposed.times(&basis);
    let (values, vectors) = eigen(&gram(&small));
    let mut singular = Vec::new();
    let kept: Vec<usize> =
        (0..values.len()).take(rank).take_while(|at| values[*at] > 1e-10 * values[0].max(1e-30)).collect();
    let mut rotation = Array2::zeros((sketch, kept.len()));
    for at in &kept {
        let value = values[*at].sqrt();
        for row in 0..sketch {
            rotation[[row, *at]] = single(vectors[[row, *at]] / value);
        }
        singular.push(single(value));
    }
    Decomposition { right: small.dot(&rotation), singular }
}

#[expect(clippy::cast_possible_truncation, reason = "vectors are stored in single precision")]
fn single(value: f64) -> f32 {
    value as f32
}

fn gram(matrix: &Array2<f32>) -> Array2<f64> {
    // Blocks summed in double precision: a long single-precision sum would lose the small directions.
    let mut sum = Array2::zeros((matrix.ncols(), matrix.ncols()));
    for block in matrix.axis_chunks_iter(ndarray::Axis(0), 1024) {
        sum += &block.t().dot(&block).mapv(f64::from);
    }
    sum
}

/// Makes the columns orthonormal (Cholesky QR, twice); columns without a direction of their own become zero.
fn orthonormal(mut matrix: Array2<f32>) -> Array2<f32> {
    for _ in 0..2 {
        let inverse = inverse_cholesky(&gram(&matrix));
        matrix = matrix.dot(&inverse.mapv(single));
    }
    matrix
}

/// The inverse of R where `RᵀR` is the given matrix; rows and columns of negligible pivots are zero.
fn inverse_cholesky(gram: &Array2<f64>) -> Array2<f64> {
    let n = gram.nrows();
    let largest = (0..n).map(|at| gram[[at, at]]).fold(0.0, f64::max);
    let mut inverse = Array2::<f64>::zeros((n, n));
    let mut upper = Array2::<f64>::zeros((n, n));
    for column in 0..n {
        for row in 0..=column {
            let sum: f64 = (0..row).map(|at| upper[[at, row]] * upper[[at, column]]).sum();
            let rest = gram[[row, column]] - sum;
            upper[[row, column]] = if row < column {
                if upper[[row, row]] > 0.0 { rest / upper[[row, row]] } else { 0.0 }
            } else if rest > 1e-9 * largest {
                rest.sqrt()
            } else {
                0.0
            };
        }
        if upper[[column, column]] > 0.0 {
            inverse[[column, column]] = 1.0 / upper[[column, column]];
            for row in (0..column).rev() {
                let sum: f64 = (row..column).map(|at| inverse[[row, at]] * upper[[at, column]]).sum();
                inverse[[row, column]] = -sum / upper[[column, column]];
            }
        }
    }
    inverse
}

/// Eigenvalues, largest first, and eigenvectors as columns of a symmetric matrix (cyclic Jacobi).
fn eigen(matrix: &Array2<f64>) -> (Vec<f64>, Array2<f64>) {
    let n = matrix.nrows();
    let mut a = matrix.clone();
    // Vectors as rows while turning, so that both updates run along memory.
    let mut vectors = Array2::<f64>::eye(n);
    let scale: f64 = a.iter().map(|cell| cell * cell).sum();
    for _ in 0..30 {
        let off: f64 = (0..n).flat_map(|p| (0..p).map(move |q| (p, q))).map(|at| a[at] * a[at]).sum();
        if off <= 1e-20 * scale {
            break;
        }
        for p in 0..n {
            for q in p + 1..n {
                rotate(&mut a, &mut vectors, p, q);
            }
        }
    }
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by(|x, y| a[[*y, *y]].total_cmp(&a[[*x, *x]]));
    let values = order.iter().map(|at| a[[*at, *at]].max(0.0)).collect();
    (values, vectors.select(ndarray::Axis(0), &order).reversed_axes())
}

/// Turns the plane of two axes so that their off-diagonal cell becomes zero.
fn rotate(matrix: &mut Array2<f64>, vectors: &mut Array2<f64>, first: usize, second: usize) {
    if matrix[[first, second]] == 0.0 {
        return;
    }
    let theta = (matrix[[second, second]] - matrix[[first, first]]) / (2.0 * matrix[[first, second]]);
    let tangent = theta.signum() / (theta.abs() + theta.hypot(1.0));
    let cosine = 1.0 / tangent.hypot(1.0);
    let sine = tangent * cosine;
    let turned = |one: f64, other: f64| (cosine * one - sine * other, sine * one + cosine * other);
    for at in 0..matrix.nrows() {
        let (one, other) = turned(matrix[[at, first]], matrix[[at, second]]);
        (matrix[[at, first]], matrix[[at, second]]) = (one, other);
    }
    for matrix in [matrix, vectors] {
        for at in 0..matrix.ncols() {
            let (one, other) = turned(matrix[[first, at]], matrix[[second, at]]);
            (matrix[[first, at]], matrix[[second, at]]) = (one, other);
        }
    }
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;

    use super::{Sparse, truncated};

    fn sparse(rows: &[&[f32]]) -> Sparse {
        let mut matrix = Sparse::new(rows[0].len());
        for row in rows {
            matrix.push_row((0_u32..).zip(row.iter().copied()).filter(|(_, value)| *value != 0.0));
        }
        matrix
    }

    #[test]
    fn a_known_matrix_is_decomposed() {
        // [[3, 0], [4, 5]] has the singular values √45 and √5, and (1, 1)/√2 as its first right vector.
        let found = truncated(&sparse(&[&[3.0, 0.0], &[4.0, 5.0]]), 2, 2, 1);
        assert!(
            (found.singular[0] - 45_f32.sqrt()).abs() < 1e-4
                && (found.singular[1] - 5_f32.sqrt()).abs() < 1e-4
        );
        let first = found.right.column(0);
        assert!(
            (first[0].abs() - 0.5_f32.sqrt()).abs() < 1e-4 && (first[0] - first[1]).abs() < 1e-4,
            "{first}"
        );
    }

    #[test]
    fn a_matrix_without_full_rank_keeps_only_its_directions() {
        let found = truncated(&sparse(&[&[1.0, 2.0, 0.0], &[2.0, 4.0, 0.0], &[3.0, 6.0, 0.0]]), 3, 2, 1);
        assert_eq!(found.singular.len(), 1);
        assert!((found.singular[0] - 70_f32.sqrt()).abs() < 1e-3);
    }

    #[test]
    fn the_right_vectors_are_orthonormal() {
        let mut random = crate::random::Random::new(3);
        let rows: Vec<Vec<f32>> = (0..60).map(|_| (0..40).map(|_| random.normal()).collect()).collect();
        let rows: Vec<&[f32]> = rows.iter().map(Vec::as_slice).collect();
        let found = truncated(&sparse(&rows), 12, 4, 7);
        let product = found.right.t().dot(&found.right) - Array2::<f32>::eye(12);
        assert!(product.iter().all(|cell| cell.abs() < 1e-4), "{product}");
    }

    #[test]
    fn an_empty_matrix_has_no_directions() {
        assert!(truncated(&Sparse::new(0), 5, 2, 1).singular.is_empty());
        assert!(truncated(&sparse(&[&[0.0, 0.0]]), 2, 2, 1).singular.is_empty());
    }
}
