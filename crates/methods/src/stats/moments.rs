use super::Square;
use crate::number::len_f64;

/// Rows of numbers without gaps, all of the same width.
#[derive(Debug, Clone, PartialEq)]
pub struct Rows {
    width: usize,
    cells: Vec<f64>,
}

impl Rows {
    /// Cells row after row; what does not fill a row is cut off.
    pub fn new(width: usize, mut cells: Vec<f64>) -> Self {
        cells.truncate(cells.len() / width.max(1) * width);
        Self { width, cells }
    }

    pub fn len(&self) -> usize {
        self.cells.len() / self.width.max(1)
    }

    pub fn is_empty(&self) -> bool {
        self.cells.is_empty()
    }

    pub fn width(&self) -> usize {
        self.width
    }

    pub fn iter(&self) -> std::slice::ChunksExact<'_, f64> {
        self.cells.chunks_exact(self.width.max(1))
    }

    pub fn row(&self, at: usize) -> &[f64] {
        &self.cells[at * self.width..(at + 1) * self.width]
    }

    /// The mean of each column; none without rows.
    pub fn means(&self) -> Option<Vec<f64>> {
        if self.is_empty() {
            return None;
        }
        let n = len_f64(self.len());
        let mut means = vec![0.0; self.width];
        for row in self {
            means.iter_mut().zip(row).for_each(|(mean, value)| *mean += value / n);
        }
        Some(means)
    }

    /// The standard deviation of each column around its mean, divided by one less than the rows.
    pub fn deviations(&self, means: &[f64]) -> Vec<f64> {
        let mut squares = vec![0.0; self.width];
        for row in self {
            let distances = row.iter().zip(means).map(|(value, mean)| (value - mean).powi(2));
            squares.iter_mut().zip(distances).for_each(|(square, distance)| *square += distance);
        }
        squares.iter().map(|square| (square / (len_f64(self.len()) - 1.0)).sqrt()).collect()
    }

    /// The first column in which all values are the same; none without rows.
    #[expect(clippy::float_cmp, reason = "the same value, not nearly the same")]
    pub fn constant_column(&self) -> Option<usize> {
        let first = self.iter().next()?;
        (0..self.width).find(|at| self.iter().all(|row| row[*at] == first[*at]))
    }

    /// Subtracts from each column its middle and divides it by its unit.
    pub fn rescale(&mut self, middles: &[f64], units: &[f64]) {
        for row in self.cells.chunks_exact_mut(self.width.max(1)) {
            for ((value, middle), unit) in row.iter_mut().zip(middles).zip(units) {
                *value = (*value - middle) / unit;
            }
        }
    }
}

impl<'a> IntoIterator for &'a Rows {
    type Item = &'a [f64];
    type IntoIter = std::slice::ChunksExact<'a, f64>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// Sums of values and of their products, from which covariances come. Exact to rounding when the values are near zero in
/// the mean, so centre them first. Rows may be taken away again by a weight below zero.
#[derive(Debug, Clone)]
pub struct Sums {
    weight: f64,
    totals: Vec<f64>,
    /// Only the upper triangle is kept.
    products: Square,
}

impl Sums {
    pub fn new(width: usize) -> Self {
        Self { weight: 0.0, totals: vec![0.0; width], products: Square::zeros(width) }
    }

    /// The sums of rows, each counted once.
    pub fn of(rows: &Rows) -> Self {
        let mut sums = Self::new(rows.width());
        rows.iter().for_each(|row| sums.add(row, 1.0));
        sums
    }

    /// Forgets every row.
    pub fn clear(&mut self) {
        self.weight = 0.0;
        self.totals.fill(0.0);
        self.products.clear();
    }

    /// Counts a row `weight` times.
    pub fn add(&mut self, row: &[f64], weight: f64) {
        self.weight += weight;
        for (at, value) in row.iter().enumerate() {
            let weighted = weight * value;
            self.totals[at] += weighted;
            let cells = self.products.row_mut(at)[at..].iter_mut();
            cells.zip(&row[at..]).for_each(|(cell, other)| *cell += weighted * other);
        }
    }

    /// Counts each row as often as `counts` says.
    pub fn add_counted(&mut self, rows: &Rows, counts: &[u32]) {
        for (row, count) in rows.iter().zip(counts) {
            if *count > 0 {
                self.add(row, f64::from(*count));
            }
        }
    }

    /// The covariances, divided by one less than the count. `into` is as wide as the rows.
    pub fn covariance(&self, into: &mut Square) {
        for row in 0..self.totals.len() {
            for column in row..self.totals.len() {
                let centred =
                    self.products[(row, column)] - self.totals[row] * self.totals[column] / self.weight;
                let covariance = centred / (self.weight - 1.0);
                into[(row, column)] = covariance;
                into[(column, row)] = covariance;
            }
        }
    }
}
