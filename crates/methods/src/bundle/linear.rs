use super::{
    expression::{Conflict, SetStore, Truth},
    set::Set,
    spans::{Cut, Spans},
};

/// How two sums are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Less,
    AtMost,
    Equal,
    Unequal,
    AtLeast,
    More,
}

impl Operator {
    /// `difference` is left minus right; what is smaller than `slack` is rounding.
    pub fn holds(self, difference: f64, slack: f64) -> bool {
        match self {
            Self::Less => difference < -slack,
            Self::AtMost => difference <= slack,
            Self::Equal => difference.abs() <= slack,
            Self::Unequal => difference.abs() > slack,
            Self::AtLeast => difference >= -slack,
            Self::More => difference > slack,
        }
    }

    fn negated(self) -> Self {
        match self {
            Self::Less => Self::AtLeast,
            Self::AtMost => Self::More,
            Self::Equal => Self::Unequal,
            Self::Unequal => Self::Equal,
            Self::AtLeast => Self::Less,
            Self::More => Self::AtMost,
        }
    }

    /// The same comparison with both sides times a number below 0.
    fn mirrored(self) -> Self {
        match self {
            Self::Less => Self::More,
            Self::AtMost => Self::AtLeast,
            Self::AtLeast => Self::AtMost,
            Self::More => Self::Less,
            same => same,
        }
    }

    /// The numbers x for which `factor` x compares so to `bound`.
    pub fn numbers(self, factor: f64, bound: f64) -> Spans {
        let at = twelve_digits(bound, factor);
        let operator = if factor < 0.0 { self.mirrored() } else { self };
        match operator {
            Self::Less => Spans::between(Cut::LOWEST, Cut::before(at)),
            Self::AtMost => Spans::between(Cut::LOWEST, Cut::after(at)),
            Self::Equal => Spans::between(Cut::before(at), Cut::after(at)),
            Self::Unequal => Spans::between(Cut::before(at), Cut::after(at)).complement(),
            Self::AtLeast => Spans::between(Cut::before(at), Cut::HIGHEST),
            Self::More => Spans::between(Cut::after(at), Cut::HIGHEST),
        }
    }

    /// Whether the largest (smallest) sum is what may break it.
    fn binds(self) -> (bool, bool) {
        match self {
            Self::Less | Self::AtMost => (true, false),
            Self::AtLeast | Self::More => (false, true),
            Self::Equal => (true, true),
            Self::Unequal => (false, false),
        }
    }
}

/// A quotient to twelve digits, so that 0.3 / 0.1 is 3; as it is when there is nothing to divide.
#[expect(clippy::float_cmp, reason = "exactly the factor that leaves the bound as it is typed")]
fn twelve_digits(bound: f64, factor: f64) -> f64 {
    if factor == 1.0 || bound == 0.0 {
        return bound;
    }
    let quotient = bound / factor;
    let scale = 10_f64.powf(11.0 - quotient.abs().log10().floor());
    let rounded = (quotient * scale).round() / scale;
    if rounded.is_finite() { rounded } else { quotient }
}

/// A term of a sum over a variable with a list of values.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Term {
    pub variable: usize,
    /// What each place adds to the sum, the place without a value (0) included.
    pub adds: Vec<f64>,
    /// The place that means that there is no value.
    pub absent: Option<usize>,
}

impl Term {
    fn range(&self, sets: &[Set]) -> (f64, f64) {
        let added = sets[self.variable].list().filter_map(|place| self.adds.get(place));
        added.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), add| (low.min(*add), high.max(*add)))
    }
}

/// A comparison of a sum of several variables with a number. At most one of them takes any number of an interval.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Linear {
    pub terms: Vec<Term>,
    /// The variable with an interval, and its factor.
    pub continuous: Option<(usize, f64)>,
    pub operator: Operator,
    pub bound: f64,
    /// Differences that are but rounding.
    pub slack: f64,
}

impl Linear {
    pub fn variables(&self) -> impl Iterator<Item = usize> {
        self.terms.iter().map(|term| term.variable).chain(self.continuous.map(|(variable, _)| variable))
    }

    pub fn truth(&self, sets: &[Set]) -> Truth {
        let (mut low, mut high) = (0.0, 0.0);
        let (mut some, mut every) = (false, true);
        for term in &self.terms {
            let (least, most) = term.range(sets);
            (low, high) = (low + least, high + most);
            let absent = term.absent.is_some_and(|place| sets[term.variable].has(place));
            some |= !absent;
            every &= absent && sets[term.variable].size() == 1;
        }
        if let Some((variable, factor)) = self.continuous {
            return self.truth_of_interval(&sets[variable], factor, (low, high), (some, every));
        }
        match (every, self.of_range(low, high)) {
            (true, _) | (_, Truth::No) => Truth::No,
            (_, Truth::Yes) if some => Truth::Yes,
            _ => Truth::Open,
        }
    }

    fn of_range(&self, low: f64, high: f64) -> Truth {
        let (at_low, at_high) = (low - self.bound, high - self.bound);
        let holds = |difference| self.operator.holds(difference, self.slack);
        match self.operator {
            Operator::Equal | Operator::Unequal => {
                let apart = at_low > self.slack || at_high < -self.slack;
                let same = at_low.abs() <= self.slack && at_high.abs() <= self.slack;
                match (apart, same) {
                    (true, _) => truth(self.operator == Operator::Unequal),
                    (_, true) => truth(self.operator == Operator::Equal),
                    _ => Truth::Open,
                }
            }
            _ => match (holds(at_low), holds(at_high)) {
                (true, true) => Truth::Yes,
                (false, false) => Truth::No,
                _ => Truth::Open,
            },
        }
    }

    /// Exact as soon as the other terms are known; before that the ends of the interval decide, if they can.
    fn truth_of_interval(
        &self,
        set: &Set,
        factor: f64,
        (low, high): (f64, f64),
        (some, every): (bool, bool),
    ) -> Truth {
        let Set::Numbers { spans, absent } = set else { return Truth::Open };
        let Some((least, most)) = spans.hull() else {
            // Without a value the variable adds nothing.
            let rest = self.of_range(low, high);
            return if every {
                Truth::No
            } else if some || rest == Truth::No {
                rest
            } else {
                Truth::Open
            };
        };
        if *absent {
            return Truth::Open;
        }
        if high - low <= self.slack {
            let allowed = self.operator.numbers(factor, self.bound - low);
            return match (spans.intersection(&allowed).is_empty(), spans.minus(&allowed).is_empty()) {
                (true, _) => Truth::No,
                (_, true) => Truth::Yes,
                _ => Truth::Open,
            };
        }
        let ends = (factor * least, factor * most);
        self.of_range(low + ends.0.min(ends.1), high + ends.0.max(ends.1))
    }

    pub fn force(&self, wanted: bool, sets: &mut impl SetStore) -> Result<(), Conflict> {
        match (self.truth(sets.sets()), wanted) {
            (Truth::Yes, true) | (Truth::No, false) => return Ok(()),
            (Truth::Yes, false) | (Truth::No, true) => return Err(Conflict),
            (Truth::Open, _) => {}
        }
        let present = |term: &Term| term.absent.is_none_or(|place| !sets.sets()[term.variable].has(place));
        // Without any value the comparison is false whatever the sum: then nothing can be taken away yet.
        let interval = self.continuous.is_some_and(|(variable, _)| {
            matches!(&sets.sets()[variable], Set::Numbers { absent: false, .. })
        });
        if !wanted && !interval && !self.terms.iter().any(present) {
            return Ok(());
        }
        let operator = if wanted { self.operator } else { self.operator.negated() };
        self.narrow_terms(operator, sets)?;
        self.narrow_interval(operator, sets)
    }

    /// Takes values away that no values of the others can make good.
    fn narrow_terms(&self, operator: Operator, sets: &mut impl SetStore) -> Result<(), Conflict> {
        let ranges: Vec<(f64, f64)> = self.terms.iter().map(|term| term.range(sets.sets())).collect();
        let interval = self.continuous.map_or((0.0, 0.0), |(variable, factor)| {
            let Set::Numbers { spans, absent } = &sets.sets()[variable] else { return (0.0, 0.0) };
            let (least, most) = spans.hull().unwrap_or_default();
            let (low, high) = ((factor * least).min(factor * most), (factor * least).max(factor * most));
            if *absent { (low.min(0.0), high.max(0.0)) } else { (low, high) }
        });
        let low: f64 = ranges.iter().map(|range| range.0).sum::<f64>() + interval.0;
        let high: f64 = ranges.iter().map(|range| range.1).sum::<f64>() + interval.1;
        let (above, below) = operator.binds();
        for (term, (least, most)) in self.terms.iter().zip(ranges) {
            let (others_low, others_high) = (low - least - self.bound, high - most - self.bound);
            let fits = |add: f64| {
                if operator == Operator::Unequal {
                    let known = others_high - others_low <= self.slack;
                    return !known || operator.holds(add + others_low, self.slack);
                }
                // Twice the slack is on the safe side: what is kept wrongly is found later, what is lost is not.
                (!above || add + others_low <= 2.0 * self.slack)
                    && (!below || add + others_high >= -2.0 * self.slack)
            };
            let set = &sets.sets()[term.variable];
            let kept = |place: &usize| term.adds.get(*place).is_some_and(|add| fits(*add));
            if !set.list().all(|place| kept(&place)) {
                let count = term.adds.len();
                let smaller = Set::places(count, |place| set.has(place) && kept(&place));
                sets.narrow(term.variable, smaller)?;
            }
        }
        Ok(())
    }

    fn narrow_interval(&self, operator: Operator, sets: &mut impl SetStore) -> Result<(), Conflict> {
        let Some((variable, factor)) = self.continuous else { return Ok(()) };
        let ranges = self.terms.iter().map(|term| term.range(sets.sets()));
        let (low, high) = ranges.fold((0.0, 0.0), |(low, high), (least, most)| (low + least, high + most));
        let Set::Numbers { spans, absent } = &sets.sets()[variable] else { return Ok(()) };
        let allowed = if high - low <= self.slack {
            operator.numbers(factor, self.bound - low)
        } else {
            match operator {
                Operator::Unequal => return Ok(()),
                Operator::Less | Operator::AtMost => Operator::AtMost.numbers(factor, self.bound - low),
                Operator::More | Operator::AtLeast => Operator::AtLeast.numbers(factor, self.bound - high),
                Operator::Equal => Operator::AtMost
                    .numbers(factor, self.bound - low)
                    .intersection(&Operator::AtLeast.numbers(factor, self.bound - high)),
            }
        };
        let smaller = spans.intersection(&allowed);
        if smaller == *spans {
            return Ok(());
        }
        let smaller = Set::Numbers { spans: smaller, absent: *absent };
        sets.narrow(variable, smaller)
    }
}

fn truth(yes: bool) -> Truth {
    if yes { Truth::Yes } else { Truth::No }
}
