use super::{linear::Linear, set::Set};

/// A statement about variables.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Expression {
    All(Vec<Expression>),
    Any(Vec<Expression>),
    Not(Box<Expression>),
    /// The variable is one of the set. A comparison never has the missing value in its set, so it is false without a value.
    In(usize, Set),
    Sum(Linear),
}

/// What can be said of a statement while variables are open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Truth {
    Yes,
    No,
    Open,
}

impl Truth {
    fn not(self) -> Self {
        match self {
            Self::Yes => Self::No,
            Self::No => Self::Yes,
            Self::Open => Self::Open,
        }
    }
}

/// A statement cannot be made to hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Conflict;

impl Expression {
    pub fn truth(&self, sets: &[Set]) -> Truth {
        match self {
            Self::All(parts) => Self::every(parts, sets, Truth::Yes),
            Self::Any(parts) => Self::every(parts, sets, Truth::No),
            Self::Not(part) => part.truth(sets).not(),
            Self::In(variable, allowed) => {
                let set = &sets[*variable];
                match (set.meets(allowed), set.is_within(allowed)) {
                    (false, _) => Truth::No,
                    (true, true) => Truth::Yes,
                    (true, false) => Truth::Open,
                }
            }
            Self::Sum(sum) => sum.truth(sets),
        }
    }

    /// `neutral` if all parts are so, its opposite if one is that, else open.
    fn every(parts: &[Self], sets: &[Set], neutral: Truth) -> Truth {
        let mut all = neutral;
        for part in parts {
            let truth = part.truth(sets);
            if truth == neutral.not() {
                return truth;
            }
            if truth == Truth::Open {
                all = Truth::Open;
            }
        }
        all
    }

    /// Takes from the sets what would make the statement other than `wanted`.
    pub fn force(&self, wanted: bool, sets: &mut impl SetStore) -> Result<(), Conflict> {
        match (self, wanted) {
            (Self::Not(part), _) => part.force(!wanted, sets),
            (Self::All(parts), true) | (Self::Any(parts), false) => {
                parts.iter().try_for_each(|part| part.force(wanted, sets))
            }
            (Self::All(parts), false) | (Self::Any(parts), true) => Self::force_one(parts, wanted, sets),
            (Self::In(variable, allowed), _) => {
                let set = &sets.sets()[*variable];
                let changed = if wanted { !set.is_within(allowed) } else { set.meets(allowed) };
                if !changed {
                    return Ok(());
                }
                let smaller = if wanted { set.intersection(allowed) } else { set.minus(allowed) };
                sets.narrow(*variable, smaller)
            }
            (Self::Sum(sum), _) => sum.force(wanted, sets),
        }
    }

    /// One part must be as wanted: when only one still can, it has to.
    fn force_one(parts: &[Self], wanted: bool, sets: &mut impl SetStore) -> Result<(), Conflict> {
        let against = if wanted { Truth::No } else { Truth::Yes };
        let mut last = None;
        for part in parts {
            let truth = part.truth(sets.sets());
            if truth == against {
                continue;
            }
            if truth != Truth::Open || last.is_some() {
                return Ok(());
            }
            last = Some(part);
        }
        last.ok_or(Conflict)?.force(wanted, sets)
    }

    /// The first comparison that is still open: where to split when only intervals are left.
    pub fn open_part(&self, sets: &[Set]) -> Option<&Self> {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().find_map(|part| part.open_part(sets)),
            Self::Not(part) => part.open_part(sets),
            Self::In(..) | Self::Sum(_) => (self.truth(sets) == Truth::Open).then_some(self),
        }
    }

    /// Calls `visit` with each variable, some more than once.
    pub fn variables(&self, visit: &mut impl FnMut(usize)) {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().for_each(|part| part.variables(visit)),
            Self::Not(part) => part.variables(visit),
            Self::In(variable, _) => visit(*variable),
            Self::Sum(sum) => sum.variables().for_each(visit),
        }
    }

    /// Calls `visit` with each set that a variable is compared to.
    pub fn sets_of(&self, of: usize, visit: &mut impl FnMut(&Set)) {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.iter().for_each(|part| part.sets_of(of, visit)),
            Self::Not(part) => part.sets_of(of, visit),
            Self::In(variable, set) if *variable == of => visit(set),
            Self::In(..) | Self::Sum(_) => {}
        }
    }
}

/// The sets of all variables, which statements narrow.
pub(super) trait SetStore {
    fn sets(&self) -> &[Set];
    /// Replaces a set by a smaller one; an empty one is a conflict.
    fn narrow(&mut self, variable: usize, smaller: Set) -> Result<(), Conflict>;
}
