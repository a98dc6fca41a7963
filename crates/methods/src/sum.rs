//! Sums that no order of their terms changes.

/// Terms are rounded to 2⁻⁸⁰ (8e-25) each and added as integers, which is exact: no order of terms and no split over threads
/// changes a digit of the sum. Holds up to 2⁴⁷ (1.4e14).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Sum(i128);

/// 2⁸⁰.
const UNIT: f64 = 1_208_925_819_614_629_174_706_176.0;
/// 2⁴⁷: as far as 127 bits reach.
const LIMIT: f64 = 140_737_488_355_328.0;

impl Sum {
    /// Adds a term. `None`, and nothing is added, when it is no number or the sum leaves its range.
    pub fn add(&mut self, term: f64) -> Option<()> {
        if term.is_nan() || term.abs() >= LIMIT {
            return None;
        }
        // Times a power of two, so nothing is lost but below 2⁻⁸⁰.
        #[expect(clippy::cast_possible_truncation, reason = "below 2^127")]
        let units = (term * UNIT).round_ties_even() as i128;
        self.0 = self.0.checked_add(units)?;
        Some(())
    }

    #[expect(clippy::cast_precision_loss, reason = "rounded once, to the nearest f64")]
    pub fn value(self) -> f64 {
        self.0 as f64 / UNIT
    }

    pub fn is_zero(self) -> bool {
        self.0 == 0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Sum;

    fn sum(terms: &[f64]) -> Sum {
        let mut sum = Sum::default();
        for term in terms {
            sum.add(*term).unwrap();
        }
        sum
    }

    proptest! {
        #[test]
        fn no_order_changes_a_sum(mut terms in prop::collection::vec(-1e9..1e9_f64, 1..60), seed in any::<u64>()) {
            let before = sum(&terms);
            let mut random = crate::random::Random::new(seed);
            for at in (1..terms.len()).rev() {
                terms.swap(at, random.below(at + 1));
            }
            prop_assert_eq!(before, sum(&terms));
            terms.sort_by(|a, b| a.abs().total_cmp(&b.abs()));
            let naive: f64 = terms.iter().sum();
            prop_assert!((before.value() - naive).abs() <= 1e-4);
        }
    }

    #[test]
    fn what_floats_would_lose_is_kept() {
        assert_eq!(sum(&[1e13, 1e-9, -1e13]).value().to_bits(), sum(&[1e-9]).value().to_bits());
        assert!((sum(&[0.1; 10]).value() - 1.0).abs() < 1e-15);
    }

    #[test]
    fn what_is_no_number_or_too_large_is_not_added() {
        let mut all = sum(&[1.0]);
        for term in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1.5e14, -1.5e14] {
            assert_eq!(all.add(term), None);
        }
        assert_eq!(all.value().to_bits(), 1_f64.to_bits());
        all.add(1.4e14).unwrap();
        assert_eq!(all.add(1.4e14), None);
    }
}
