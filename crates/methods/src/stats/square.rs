use std::ops::{Index, IndexMut};

/// A square matrix, row after row.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Square {
    side: usize,
    cells: Vec<f64>,
}

impl Square {
    /// All zeros.
    pub fn zeros(side: usize) -> Self {
        Self { side, cells: vec![0.0; side * side] }
    }

    pub fn side(&self) -> usize {
        self.side
    }

    pub fn row(&self, row: usize) -> &[f64] {
        &self.cells[row * self.side..(row + 1) * self.side]
    }

    pub fn row_mut(&mut self, row: usize) -> &mut [f64] {
        &mut self.cells[row * self.side..(row + 1) * self.side]
    }

    /// Sets every cell to zero.
    pub fn clear(&mut self) {
        self.cells.fill(0.0);
    }

    /// Turns covariances into correlations and gives the standard deviations. The place of the first variable without
    /// variance (not above `least`) where there is one.
    pub fn correlate(&mut self, least: f64) -> Result<Vec<f64>, usize> {
        let variances = (0..self.side).map(|at| self[(at, at)]);
        let deviations: Vec<f64> = variances.map(f64::sqrt).collect();
        let constant = |at: &usize| self[(*at, *at)].is_nan() || self[(*at, *at)] <= least;
        if let Some(constant) = (0..self.side).find(constant) {
            return Err(constant);
        }
        for row in 0..self.side {
            for column in 0..self.side {
                self[(row, column)] /= deviations[row] * deviations[column];
            }
            self[(row, row)] = 1.0;
        }
        Ok(deviations)
    }
}

impl Index<(usize, usize)> for Square {
    type Output = f64;

    fn index(&self, (row, column): (usize, usize)) -> &f64 {
        &self.cells[row * self.side + column]
    }
}

impl IndexMut<(usize, usize)> for Square {
    fn index_mut(&mut self, (row, column): (usize, usize)) -> &mut f64 {
        &mut self.cells[row * self.side + column]
    }
}
