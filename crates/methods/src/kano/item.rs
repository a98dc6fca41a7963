use super::continuous::{Continuous, Moments, quotient, with_spread};
use super::counts::Counts;
use super::table::Table;

/// The answers to one requirement in one segment, as counts and whole sums: its size does not grow with them.
#[derive(Debug, Clone, Default)]
pub(super) struct Item {
    /// How often each pair came: functional answer, then dysfunctional, both from 0.
    pairs: [[u64; 5]; 5],
    pub dropped: u64,
    importance: Moments,
    /// Sums of importance × value.
    functional_weighted: i64,
    dysfunctional_weighted: i64,
}

impl Item {
    /// Counts a pair; both places are from 0 and within the table.
    pub fn add(&mut self, table: &Table, functional: usize, dysfunctional: usize, importance: Option<u8>) {
        self.pairs[functional][dysfunctional] += 1;
        if let Some(weight) = importance.map(i64::from) {
            self.importance.add(weight, 1);
            self.functional_weighted += weight * table.functional_value(functional);
            self.dysfunctional_weighted += weight * table.dysfunctional_value(dysfunctional);
        }
    }

    pub fn counts(&self, table: &Table) -> Counts {
        self.count(|functional, dysfunctional| table.cell(functional, dysfunctional))
    }

    /// The counts of the opposite requirement, "it must not be there": both questions change places.
    pub fn opposite(&self, table: &Table) -> Counts {
        self.count(|functional, dysfunctional| table.cell(dysfunctional, functional))
    }

    fn count(&self, cell: impl Fn(u8, u8) -> Option<super::Cell>) -> Counts {
        let mut counts = Counts::default();
        for (functional, row) in (1..).zip(&self.pairs) {
            for (dysfunctional, pairs) in (1..).zip(row) {
                if let Some(cell) = cell(functional, dysfunctional) {
                    counts.add(cell, *pairs);
                }
            }
        }
        counts
    }

    /// Means and deviations; the quadrants are still to be found.
    pub fn continuous(&self, table: &Table) -> Continuous {
        let (mut functional, mut dysfunctional) = (Moments::default(), Moments::default());
        for (place, row) in self.pairs.iter().enumerate() {
            functional.add(table.functional_value(place), row.iter().sum());
            for (place, pairs) in row.iter().enumerate() {
                dysfunctional.add(table.dysfunctional_value(place), *pairs);
            }
        }
        let weighted =
            |sum: i64| (self.importance.sum > 0).then(|| quotient(sum.into(), self.importance.sum.into()));
        Continuous {
            importance: self.importance.mean(),
            importance_n: self.importance.n,
            importance_sd: self.importance.deviation(),
            functional_weighted: weighted(self.functional_weighted),
            dysfunctional_weighted: weighted(self.dysfunctional_weighted),
            ..with_spread(&functional, &dysfunctional)
        }
    }
}
