use super::spans::Spans;

/// What may still be the value of a variable: values of its list by their places, or numbers of intervals.
///
/// A variable whose module may be left out has one thing more, that it has no value: the place after the last value, or
/// `absent`.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Set {
    Places(Vec<u64>),
    Numbers { spans: Spans, absent: bool },
}

impl Set {
    /// Those of `count` places for which `keep` holds.
    pub fn places(count: usize, keep: impl Fn(usize) -> bool) -> Self {
        let mut words = vec![0_u64; count.div_ceil(64).max(1)];
        for place in (0..count).filter(|place| keep(*place)) {
            words[place / 64] |= 1 << (place % 64);
        }
        Self::Places(words)
    }

    pub fn numbers(spans: Spans) -> Self {
        Self::Numbers { spans, absent: false }
    }

    pub fn is_empty(&self) -> bool {
        match self {
            Self::Places(words) => words.iter().all(|word| *word == 0),
            Self::Numbers { spans, absent } => spans.is_empty() && !absent,
        }
    }

    /// How many places are left; intervals are one, whole.
    pub fn size(&self) -> usize {
        match self {
            Self::Places(words) => words.iter().map(|word| word.count_ones() as usize).sum(),
            Self::Numbers { spans, absent } => usize::from(!spans.is_empty()) + usize::from(*absent),
        }
    }

    pub fn is_within(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Places(a), Self::Places(b)) => a.iter().zip(b).all(|(a, b)| a & !b == 0),
            _ => self.minus(other).is_empty(),
        }
    }

    pub fn meets(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Places(a), Self::Places(b)) => a.iter().zip(b).any(|(a, b)| a & b != 0),
            _ => !self.intersection(other).is_empty(),
        }
    }

    pub fn intersection(&self, other: &Self) -> Self {
        match (self, other) {
            (Self::Places(a), Self::Places(b)) => Self::Places(a.iter().zip(b).map(|(a, b)| a & b).collect()),
            (Self::Numbers { spans: a, absent: x }, Self::Numbers { spans: b, absent: y }) => {
                Self::Numbers { spans: a.intersection(b), absent: *x && *y }
            }
            _ => Self::Places(vec![0]),
        }
    }

    pub fn minus(&self, other: &Self) -> Self {
        match (self, other) {
            (Self::Places(a), Self::Places(b)) => {
                Self::Places(a.iter().zip(b).map(|(a, b)| a & !b).collect())
            }
            (Self::Numbers { spans: a, absent: x }, Self::Numbers { spans: b, absent: y }) => {
                Self::Numbers { spans: a.minus(b), absent: *x && !*y }
            }
            _ => self.clone(),
        }
    }

    /// Adds what is in another one.
    pub fn join(&mut self, other: &Self) {
        match (self, other) {
            (Self::Places(a), Self::Places(b)) => a.iter_mut().zip(b).for_each(|(a, b)| *a |= b),
            (Self::Numbers { spans: a, absent: x }, Self::Numbers { spans: b, absent: y }) => {
                *a = a.union(b);
                *x |= y;
            }
            _ => {}
        }
    }

    /// The same kind of set with nothing in it.
    pub fn emptied(&self) -> Self {
        self.minus(self)
    }

    /// Of the places only this one.
    pub fn only(&self, place: usize) -> Self {
        let mut one = self.emptied();
        if let Self::Places(words) = &mut one
            && let Some(word) = words.get_mut(place / 64)
        {
            *word = 1 << (place % 64);
        }
        one
    }

    /// The places left, from the first on; none for intervals.
    pub fn list(&self) -> impl Iterator<Item = usize> + '_ {
        let words: &[u64] = if let Self::Places(words) = self { words } else { &[] };
        words.iter().enumerate().flat_map(|(at, word)| {
            let mut rest = *word;
            std::iter::from_fn(move || {
                let place = (rest != 0).then(|| at * 64 + rest.trailing_zeros() as usize)?;
                rest &= rest - 1;
                Some(place)
            })
        })
    }

    /// Whether a place is left.
    pub fn has(&self, place: usize) -> bool {
        matches!(self, Self::Places(words) if words.get(place / 64).is_some_and(|word| word >> (place % 64) & 1 == 1))
    }

    /// Words that tell it from any other set of the same variable.
    pub fn write_key(&self, key: &mut Vec<u64>) {
        match self {
            Self::Places(words) => key.extend(words),
            Self::Numbers { spans, absent } => {
                key.push(u64::from(*absent) + 2 * spans.cuts().count() as u64);
                key.extend(spans.cuts().flat_map(|cut| [cut.at.to_bits(), u64::from(cut.after)]));
            }
        }
    }
}
