use super::Square;

/// A pivot below this part of its diagonal means that a variable is a combination of those before it (as a correlation: a
/// variance inflation above 10^10).
const LEAST_PIVOT: f64 = 1e-10;

/// The Cholesky factor of a symmetric positive definite matrix, kept to be filled again.
///
/// It is for the matrices of two to twenty variables that a bootstrap meets hundreds of thousands of times: setting up a
/// general factorisation would cost more than the arithmetic.
#[derive(Debug, Clone, Default)]
pub struct Cholesky {
    side: usize,
    /// The lower triangle, row after row.
    lower: Vec<f64>,
}

impl Cholesky {
    /// Factors the part of a matrix that belongs to `chosen`. The place within `chosen` of the first variable that depends
    /// on those before it, if one does.
    pub fn factor(&mut self, matrix: &Square, chosen: &[usize]) -> Result<(), usize> {
        self.side = chosen.len();
        self.lower.clear();
        self.lower.resize(self.side * self.side, 0.0);
        for row in 0..self.side {
            for column in 0..=row {
                let (a, b) = (row * self.side, column * self.side);
                let products = self.lower[a..a + column].iter().zip(&self.lower[b..b + column]);
                let rest = matrix[(chosen[row], chosen[column])] - products.map(|(x, y)| x * y).sum::<f64>();
                if row > column {
                    self.lower[a + column] = rest / self.lower[b + column];
                } else if rest > LEAST_PIVOT * matrix[(chosen[row], chosen[row])] {
                    self.lower[a + row] = rest.sqrt();
                } else {
                    return Err(row);
                }
            }
        }
        Ok(())
    }

    /// Solves for one right-hand side, in place.
    pub fn solve(&self, values: &mut [f64]) {
        let (side, lower) = (self.side, &self.lower);
        for row in 0..side {
            let known = lower[row * side..].iter().zip(&values[..row]).map(|(a, b)| a * b).sum::<f64>();
            values[row] = (values[row] - known) / lower[row * side + row];
        }
        for row in (0..side).rev() {
            let known = (row + 1..side).map(|below| lower[below * side + row] * values[below]).sum::<f64>();
            values[row] = (values[row] - known) / lower[row * side + row];
        }
    }

    /// The diagonal of the inverse: for correlations, the variance inflation of each variable.
    pub fn inverse_diagonal(&self) -> Vec<f64> {
        let at = |place| {
            let mut unit = vec![0.0; self.side];
            unit[place] = 1.0;
            self.solve(&mut unit);
            unit[place]
        };
        (0..self.side).map(at).collect()
    }
}
