use crate::number::len_f64;
use crate::stats::Square;

/// More drivers have more than a million subsets.
pub const MOST_DRIVERS: usize = 20;

/// Shares R² among drivers, with room that is used again.
///
/// Every subset is met once: a driver more is one more row of the Cholesky factor, and what it adds to R² is one square.
#[derive(Debug, Clone, Default)]
pub(super) struct Shapley {
    /// R² of every subset, by the bits of its drivers.
    explained: Vec<f64>,
    chosen: Vec<usize>,
    /// Rows of the factor, each as long as the number of drivers, the part of the outcome at its end.
    factor: Vec<f64>,
}

impl Shapley {
    /// The LMG share of each driver from the correlations of drivers and, last, the outcome. No driver may be a combination
    /// of others.
    pub fn shares(&mut self, correlations: &Square) -> Vec<f64> {
        let drivers = correlations.side() - 1;
        self.explained.clear();
        self.explained.resize(1 << drivers, 0.0);
        self.factor.clear();
        self.factor.resize(drivers * (drivers + 1), 0.0);
        self.chosen.clear();
        self.extend(correlations, 0, 0);
        self.average(drivers)
    }

    /// Meets all subsets that have what is chosen and otherwise only drivers from `next` on.
    fn extend(&mut self, correlations: &Square, next: usize, mask: usize) {
        let drivers = correlations.side() - 1;
        let width = drivers + 1;
        for driver in next..drivers {
            let row = self.chosen.len() * width;
            let (above, own) = self.factor.split_at_mut(row);
            let mut rest = 1.0;
            for (at, earlier) in self.chosen.iter().enumerate() {
                let known = &above[at * width..at * width + at];
                let products: f64 = known.iter().zip(&own[..at]).map(|(a, b)| a * b).sum();
                own[at] = (correlations[(*earlier, driver)] - products) / above[at * width + at];
                rest -= own[at] * own[at];
            }
            let place = self.chosen.len();
            own[place] = rest.max(0.0).sqrt();
            let outcome = (0..place).map(|at| own[at] * above[at * width + drivers]).sum::<f64>();
            let adds = (correlations[(driver, drivers)] - outcome) / own[place];
            own[drivers] = adds;
            let bigger = mask | 1 << driver;
            self.explained[bigger] = self.explained[mask] + adds * adds;
            self.chosen.push(driver);
            self.extend(correlations, driver + 1, bigger);
            self.chosen.pop();
        }
    }

    /// The mean of what a driver adds, over all orders: a subset of k drivers comes before it in k! (p - k - 1)! of p! orders.
    fn average(&self, drivers: usize) -> Vec<f64> {
        let mut chance = vec![0.0; drivers + 1];
        chance[0] = 1.0 / len_f64(drivers);
        for k in 1..drivers {
            chance[k] = chance[k - 1] * len_f64(k) / len_f64(drivers - k);
        }
        let (mut shares, mut without) = (vec![0.0; drivers], 0.0);
        for (mask, explained) in self.explained.iter().enumerate().skip(1) {
            let size = mask.count_ones() as usize;
            let after = chance[size] * explained;
            let both = chance[size - 1] * explained + after;
            without += after;
            let mut bits = mask;
            while bits != 0 {
                shares[bits.trailing_zeros() as usize] += both;
                bits &= bits - 1;
            }
        }
        shares.iter().map(|share| share - without).collect()
    }
}
