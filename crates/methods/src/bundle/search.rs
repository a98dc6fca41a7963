use std::collections::VecDeque;

use super::{
    expression::{Conflict, Expression, SetStore, Truth},
    model::Model,
    set::Set,
};

/// The work allowed is used up; nothing is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Exhausted;

enum Undo {
    Set(usize, Set),
    Kept(usize),
}

/// Narrows sets by rules and tries values where that is not enough. What was narrowed can be undone back to a mark.
pub(super) struct Solver<'a> {
    pub sets: Vec<Set>,
    rules: Vec<&'a Expression>,
    /// For each rule its variables, for each variable its rules.
    pub variables: Vec<Vec<usize>>,
    touches: Vec<Vec<usize>>,
    /// Rules that hold whatever else is chosen.
    kept: Vec<bool>,
    /// How often a rule was the end of a try: variables of troublesome rules come first (Boussemart et al., 2004).
    weights: Vec<u32>,
    trail: Vec<Undo>,
    queue: VecDeque<usize>,
    queued: Vec<bool>,
    /// Rules that may still be looked at.
    pub work: u64,
    /// Values already shown to be possible: others are tried first.
    pub seen: Vec<Set>,
}

impl<'a> Solver<'a> {
    pub fn new(model: &'a Model, rules: impl IntoIterator<Item = &'a Expression>, work: u64) -> Self {
        let rules: Vec<&Expression> = model.structure.iter().chain(rules).collect();
        let sets = model.domains();
        let mut touches = vec![Vec::new(); sets.len()];
        let mut variables = Vec::with_capacity(rules.len());
        for (at, rule) in rules.iter().enumerate() {
            let mut own = Vec::new();
            rule.variables(&mut |variable| own.push(variable));
            own.sort_unstable();
            own.dedup();
            for variable in &own {
                touches[*variable].push(at);
            }
            variables.push(own);
        }
        let count = rules.len();
        Self {
            sets,
            rules,
            variables,
            touches,
            kept: vec![false; count],
            weights: vec![1; count],
            trail: Vec::new(),
            queue: (0..count).collect(),
            queued: vec![true; count],
            work,
            seen: Vec::new(),
        }
    }

    pub fn mark(&self) -> usize {
        self.trail.len()
    }

    pub fn undo(&mut self, mark: usize) {
        while self.trail.len() > mark {
            match self.trail.pop() {
                Some(Undo::Set(variable, set)) => self.sets[variable] = set,
                Some(Undo::Kept(rule)) => self.kept[rule] = false,
                None => {}
            }
        }
        self.forget_queue();
    }

    fn forget_queue(&mut self) {
        while let Some(rule) = self.queue.pop_front() {
            self.queued[rule] = false;
        }
    }

    /// The rules of a variable that do not hold by themselves yet.
    pub fn open_rules(&self, variable: usize) -> impl Iterator<Item = usize> + '_ {
        self.touches[variable].iter().copied().filter(|rule| !self.kept[*rule])
    }

    pub fn is_open(&self, variable: usize) -> bool {
        match &self.sets[variable] {
            Set::Numbers { .. } => true,
            set @ Set::Places(_) => set.size() > 1,
        }
    }

    pub fn is_continuous(&self, variable: usize) -> bool {
        matches!(self.sets[variable], Set::Numbers { .. })
    }

    /// Narrows until nothing changes. `false` if a rule cannot hold.
    pub fn propagate(&mut self) -> Result<bool, Exhausted> {
        while let Some(at) = self.queue.pop_front() {
            self.queued[at] = false;
            if self.kept[at] {
                continue;
            }
            self.work = self.work.checked_sub(1).ok_or(Exhausted)?;
            let rule = self.rules[at];
            if rule.force(true, self).is_err() {
                self.weights[at] = self.weights[at].saturating_add(1);
                self.forget_queue();
                return Ok(false);
            }
            if rule.truth(&self.sets) == Truth::Yes {
                self.kept[at] = true;
                self.trail.push(Undo::Kept(at));
            }
        }
        Ok(true)
    }

    /// Narrows one set and follows up. `false` if that cannot be.
    pub fn assume(&mut self, variable: usize, set: Set) -> Result<bool, Exhausted> {
        if self.narrow(variable, set).is_err() {
            self.forget_queue();
            return Ok(false);
        }
        self.propagate()
    }

    pub fn only(&self, variable: usize, place: usize) -> Set {
        self.sets[variable].only(place)
    }

    /// Looks for a way to keep all rules. On `true` the sets are left as found, and any choice from them keeps the rules;
    /// on `false` they are as before.
    pub fn solve(&mut self) -> Result<bool, Exhausted> {
        let mark = self.mark();
        let all: Vec<usize> = (0..self.sets.len()).collect();
        let found = self.propagate()? && self.descend(&all)?;
        if !found {
            self.undo(mark);
        }
        Ok(found)
    }

    /// As [`Self::solve`], for some variables after propagation.
    pub fn descend(&mut self, within: &[usize]) -> Result<bool, Exhausted> {
        let Some(variable) = self.next(within) else { return self.split(within) };
        for place in self.order(variable) {
            let mark = self.mark();
            if self.assume(variable, self.only(variable, place))? && self.descend(within)? {
                return Ok(true);
            }
            self.undo(mark);
        }
        Ok(false)
    }

    fn order(&self, variable: usize) -> Vec<usize> {
        let mut places: Vec<usize> = self.sets[variable].list().collect();
        if let Some(seen) = self.seen.get(variable) {
            places.sort_by_key(|place| seen.has(*place));
        }
        places
    }

    /// The variable with few values and troublesome rules; none when only intervals are left, or nothing.
    pub fn next(&self, within: &[usize]) -> Option<usize> {
        let mut best: Option<(usize, u64, u64)> = None;
        for variable in within.iter().copied().filter(|variable| !self.is_continuous(*variable)) {
            let size = self.sets[variable].size() as u64;
            if size < 2 {
                continue;
            }
            let weight: u64 = self.open_rules(variable).map(|rule| u64::from(self.weights[rule])).sum();
            // size / weight is least; crossways, so that it is exact.
            if weight > 0 && best.is_none_or(|(_, least, most)| size * most < least * weight) {
                best = Some((variable, size, weight));
            }
        }
        best.map(|(variable, ..)| variable)
    }

    /// Only intervals are open: divides one where a comparison decides.
    fn split(&mut self, within: &[usize]) -> Result<bool, Exhausted> {
        let rules = within.iter().flat_map(|variable| self.open_rules(*variable)).min();
        let Some(part) = rules.and_then(|rule| self.rules[rule].open_part(&self.sets)) else {
            return Ok(rules.is_none());
        };
        for wanted in [true, false] {
            let mark = self.mark();
            if part.force(wanted, self).is_ok() && self.propagate()? && self.descend(within)? {
                return Ok(true);
            }
            self.undo(mark);
        }
        Ok(false)
    }

    /// For each variable all that is possible in some configuration. Call it when one exists.
    pub fn remaining(&mut self, of: &[usize]) -> Result<Vec<Set>, Exhausted> {
        let start = self.mark();
        if !self.propagate()? {
            return Ok(self.sets.iter().map(Set::emptied).collect());
        }
        self.seen = self.sets.iter().map(Set::emptied).collect();
        for variable in of.iter().copied() {
            loop {
                let missing = self.sets[variable].minus(&self.seen[variable]);
                if missing.is_empty() {
                    break;
                }
                let mark = self.mark();
                let found = self.assume(variable, missing)? && self.solve()?;
                if found {
                    self.seen.iter_mut().zip(&self.sets).for_each(|(seen, set)| seen.join(set));
                }
                self.undo(mark);
                if !found {
                    break;
                }
            }
        }
        self.undo(start);
        Ok(std::mem::take(&mut self.seen))
    }
}

impl SetStore for Solver<'_> {
    fn sets(&self) -> &[Set] {
        &self.sets
    }

    fn narrow(&mut self, variable: usize, smaller: Set) -> Result<(), Conflict> {
        if smaller.is_empty() {
            return Err(Conflict);
        }
        if smaller == self.sets[variable] {
            return Ok(());
        }
        let before = std::mem::replace(&mut self.sets[variable], smaller);
        self.trail.push(Undo::Set(variable, before));
        for at in 0..self.touches[variable].len() {
            let rule = self.touches[variable][at];
            if !self.kept[rule] && !std::mem::replace(&mut self.queued[rule], true) {
                self.queue.push_back(rule);
            }
        }
        Ok(())
    }
}
