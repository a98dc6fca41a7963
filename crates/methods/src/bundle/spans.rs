use serde::{Deserialize, Serialize};

/// An interval of numbers, its ends open or closed.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Span {
    pub lower: f64,
    pub lower_closed: bool,
    pub upper: f64,
    pub upper_closed: bool,
}

impl Span {
    pub fn contains(&self, value: f64) -> bool {
        let above = value > self.lower || (self.lower_closed && value >= self.lower);
        let below = value < self.upper || (self.upper_closed && value <= self.upper);
        above && below
    }

    /// Whether any number lies in it: lower below upper, or both the same and closed.
    pub fn is_empty(&self) -> bool {
        let point = self.lower_closed && self.upper_closed && self.lower <= self.upper;
        !(self.lower < self.upper || point)
    }
}

/// `(0, 3]`, as models write it.
impl std::fmt::Display for Span {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (open, close) =
            (if self.lower_closed { '[' } else { '(' }, if self.upper_closed { ']' } else { ')' });
        write!(f, "{open}{}, {}{close}", self.lower, self.upper)
    }
}

/// A place between numbers: just before one, or just after it. With such places every interval is half-open, whatever its
/// ends, and set operations need no cases.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Cut {
    pub at: f64,
    pub after: bool,
}

impl Cut {
    pub const LOWEST: Self = Self { at: f64::NEG_INFINITY, after: false };
    pub const HIGHEST: Self = Self { at: f64::INFINITY, after: true };

    pub fn before(at: f64) -> Self {
        // Minus nothing is nothing, also for an order of bits.
        Self { at: at + 0.0, after: false }
    }

    pub fn after(at: f64) -> Self {
        Self { at: at + 0.0, after: true }
    }

    fn key(self) -> (f64, bool) {
        (self.at, self.after)
    }

    fn min(self, other: Self) -> Self {
        if self.key() <= other.key() { self } else { other }
    }

    fn max(self, other: Self) -> Self {
        if self.key() >= other.key() { self } else { other }
    }

    fn is_before(self, other: Self) -> bool {
        self.key() < other.key()
    }
}

/// A set of numbers made of intervals: sorted, apart, none empty.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Spans(Vec<(Cut, Cut)>);

impl From<Span> for Spans {
    fn from(span: Span) -> Self {
        Self::between(
            Cut { at: span.lower + 0.0, after: !span.lower_closed },
            Cut { at: span.upper + 0.0, after: span.upper_closed },
        )
    }
}

impl Spans {
    pub const NONE: Self = Self(Vec::new());

    pub fn between(from: Cut, to: Cut) -> Self {
        if from.is_before(to) { Self(vec![(from, to)]) } else { Self::NONE }
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn intersection(&self, other: &Self) -> Self {
        let mut parts = Vec::new();
        let (mut a, mut b) = (0, 0);
        while let (Some(x), Some(y)) = (self.0.get(a), other.0.get(b)) {
            let (from, to) = (x.0.max(y.0), x.1.min(y.1));
            if from.is_before(to) {
                parts.push((from, to));
            }
            if x.1.is_before(y.1) {
                a += 1;
            } else {
                b += 1;
            }
        }
        Self(parts)
    }

    pub fn complement(&self) -> Self {
        let mut parts = Vec::new();
        let mut from = Cut::LOWEST;
        for part in &self.0 {
            if from.is_before(part.0) {
                parts.push((from, part.0));
            }
            from = part.1;
        }
        if from.is_before(Cut::HIGHEST) {
            parts.push((from, Cut::HIGHEST));
        }
        Self(parts)
    }

    pub fn union(&self, other: &Self) -> Self {
        self.complement().intersection(&other.complement()).complement()
    }

    pub fn minus(&self, other: &Self) -> Self {
        self.intersection(&other.complement())
    }

    pub fn contains(&self, value: f64) -> bool {
        let place = Cut::before(value);
        self.0.iter().any(|(from, to)| !place.is_before(*from) && place.is_before(*to))
    }

    /// The lowest and the highest end, whether or not they belong to it.
    pub fn hull(&self) -> Option<(f64, f64)> {
        Some((self.0.first()?.0.at, self.0.last()?.1.at))
    }

    pub fn cuts(&self) -> impl Iterator<Item = Cut> {
        self.0.iter().flat_map(|(from, to)| [*from, *to])
    }

    /// The intervals, from the lowest on.
    pub fn spans(&self) -> Vec<Span> {
        let span = |(from, to): &(Cut, Cut)| Span {
            lower: from.at,
            lower_closed: !from.after,
            upper: to.at,
            upper_closed: to.after,
        };
        self.0.iter().map(span).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Span, Spans};

    fn span() -> impl Strategy<Value = Spans> {
        (0_i32..8, 0_i32..8, any::<bool>(), any::<bool>()).prop_map(
            |(lower, upper, lower_closed, upper_closed)| {
                Spans::from(Span { lower: lower.into(), lower_closed, upper: upper.into(), upper_closed })
            },
        )
    }

    proptest! {
        #[test]
        fn sets_behave_as_sets(a in span(), b in span(), more in span()) {
            let a = a.union(&more);
            for half in -2..18 {
                let value = f64::from(half) / 2.0;
                let (in_a, in_b) = (a.contains(value), b.contains(value));
                prop_assert_eq!(a.intersection(&b).contains(value), in_a && in_b);
                prop_assert_eq!(a.union(&b).contains(value), in_a || in_b);
                prop_assert_eq!(a.minus(&b).contains(value), in_a && !in_b);
                prop_assert_eq!(a.complement().contains(value), !in_a);
                prop_assert_eq!(a.spans().iter().any(|span| span.contains(value)), in_a);
            }
            prop_assert!(a.spans().iter().all(|span| !span.is_empty()));
            prop_assert_eq!(a.is_empty(), a.spans().is_empty());
        }
    }
}
