//! The leading directions of a sparse matrix.

use faer::{Mat, Side};

use super::rows::Rows;
use super::sparse::Sparse;
use crate::random::Random;

/// Extra directions that make the leading ones accurate.
const OVERSAMPLE: usize = 10;

/// The leading right singular vectors (as columns) and singular values, largest first.
#[derive(Debug)]
pub(super) struct Decomposition {
    pub(super) right: Rows,
    pub(super) singular: Vec<f32>,
}

/// Decomposes a sparse matrix by random projection (Halko, Martinsson and Tropp 2011), sharpened by `iterations` rounds.
pub(super) fn truncated(matrix: &Sparse, rank: usize, iterations: usize, seed: u64) -> Decomposition {
    let sketch = (rank + OVERSAMPLE).min(matrix.height()).min(matrix.width());
    let transposed = matrix.transposed();
    // Random signs serve as well as normal numbers, and cost a bit each.
    let signs = Random::new(seed).signs(matrix.height() * sketch);
    let mut basis = Rows::from_cells(sketch, signs);
    for _ in 0..iterations {
        // The length of no direction grows so far in one round that single precision would lose the others.
        basis = orthonormal(&matrix.times(&transposed.times(&basis)));
    }
    basis = orthonormal(&basis);
    // The small side: B = Qᵀ A, kept as Bᵀ.
    let small = transposed.times(&basis);
    let (values, rotation) = whitening(&small, 1e-10, rank);
    let singular = values.iter().map(|value| single(value.sqrt())).collect();
    Decomposition { right: small.times(rotation.as_ref()), singular }
}

#[expect(clippy::cast_possible_truncation, reason = "vectors are stored in single precision")]
fn single(value: f64) -> f32 {
    value as f32
}

/// A basis of the columns that is orthonormal but for the digits lost where they are nearly parallel; once more makes up for those.
fn orthonormal(matrix: &Rows) -> Rows {
    matrix.times(whitening(matrix, 1e-9, usize::MAX).1.as_ref())
}

/// What makes the columns orthonormal when multiplied from the right, and the squared singular values it divides by,
/// largest first: the eigenvectors of the Gram matrix, each over the root of its value. Directions whose share of the
/// largest value is `least` or less are left out, as are those beyond `most`.
fn whitening(matrix: &Rows, least: f64, most: usize) -> (Vec<f64>, Mat<f32>) {
    let none = || (Vec::new(), Mat::zeros(matrix.width(), 0));
    if matrix.height() == 0 || matrix.width() == 0 {
        return none();
    }
    let Ok(eigen) = matrix.gram().self_adjoint_eigen(Side::Lower) else { return none() };
    let (values, vectors) = (eigen.S().column_vector(), eigen.U());
    let count = values.nrows();
    let largest = values[count - 1].max(1e-30);
    // They come smallest first.
    let kept: Vec<usize> =
        (0..count).rev().take(most).take_while(|at| values[*at] > least * largest).collect();
    let rotation = Mat::from_fn(matrix.width(), kept.len(), |row, column| {
        single(vectors[(row, kept[column])] / values[kept[column]].sqrt())
    });
    (kept.iter().map(|at| values[*at]).collect(), rotation)
}

#[cfg(test)]
mod tests {
    use super::super::rows::dot;
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
        let first = [found.right.row(0)[0], found.right.row(1)[0]];
        assert!(
            (first[0].abs() - 0.5_f32.sqrt()).abs() < 1e-4 && (first[0] - first[1]).abs() < 1e-4,
            "{first:?}"
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
        let right = truncated(&sparse(&rows), 12, 4, 7).right;
        let column = |at: usize| right.iter().map(|row| row[at]).collect::<Vec<f32>>();
        for (a, b) in (0..12).flat_map(|a| (0..12).map(move |b| (a, b))) {
            let expected = if a == b { 1.0 } else { 0.0 };
            assert!((dot(&column(a), &column(b)) - expected).abs() < 1e-4, "{a} {b}");
        }
    }

    #[test]
    fn an_empty_matrix_has_no_directions() {
        assert!(truncated(&Sparse::new(0), 5, 2, 1).singular.is_empty());
        assert!(truncated(&sparse(&[&[0.0, 0.0]]), 2, 2, 1).singular.is_empty());
    }
}
