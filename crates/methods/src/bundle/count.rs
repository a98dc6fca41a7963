use rustc_hash::FxHashMap;

use super::search::{Exhausted, Solver};

/// Counts remembered at a time; more would cost more memory than they save time.
const REMEMBERED: usize = 200_000;

/// Counts configurations: what does not hang together is counted apart and multiplied, and what was counted is remembered.
pub(super) struct Counter<'s, 'a> {
    solver: &'s mut Solver<'a>,
    known: FxHashMap<Vec<u64>, u128>,
}

impl<'s, 'a> Counter<'s, 'a> {
    /// The assignments of variables with lists for which those with intervals have some value; at most `u128::MAX` is said.
    pub fn count(solver: &'s mut Solver<'a>) -> Result<u128, Exhausted> {
        let mark = solver.mark();
        let all: Vec<usize> = (0..solver.sets.len()).collect();
        let mut counter = Self { solver, known: FxHashMap::default() };
        let count = if counter.solver.propagate()? { counter.within(&all)? } else { 0 };
        counter.solver.undo(mark);
        Ok(count)
    }

    fn within(&mut self, variables: &[usize]) -> Result<u128, Exhausted> {
        let (mut count, parts) = self.parts(variables);
        for part in parts {
            count = count.saturating_mul(self.part(&part)?);
            if count == 0 {
                break;
            }
        }
        Ok(count)
    }

    /// The number of choices among variables that no rule needs any more, and the groups that rules hold together.
    fn parts(&self, variables: &[usize]) -> (u128, Vec<Vec<usize>>) {
        let (mut free, mut parts) = (1_u128, Vec::new());
        let mut reached = vec![false; self.solver.sets.len()];
        for start in variables.iter().copied() {
            if reached[start] || !self.solver.is_open(start) {
                continue;
            }
            reached[start] = true;
            let mut part = vec![start];
            let mut next = 0;
            while let Some(variable) = part.get(next).copied() {
                next += 1;
                let others = self.solver.open_rules(variable).flat_map(|rule| &self.solver.variables[rule]);
                for other in others.copied() {
                    if !reached[other] && self.solver.is_open(other) {
                        reached[other] = true;
                        part.push(other);
                    }
                }
            }
            if part.len() == 1 && self.solver.open_rules(start).next().is_none() {
                free = free.saturating_mul(self.solver.sets[start].size() as u128);
            } else {
                part.sort_unstable();
                parts.push(part);
            }
        }
        (free, parts)
    }

    fn part(&mut self, part: &[usize]) -> Result<u128, Exhausted> {
        let Some(variable) = self.solver.next(part) else {
            let mark = self.solver.mark();
            let possible = self.solver.descend(part)?;
            self.solver.undo(mark);
            return Ok(u128::from(possible));
        };
        let key = self.key(part);
        if let Some(count) = self.known.get(&key) {
            return Ok(*count);
        }
        let mut count = 0_u128;
        let places: Vec<usize> = self.solver.sets[variable].list().collect();
        for place in places {
            let mark = self.solver.mark();
            if self.solver.assume(variable, self.solver.sets[variable].only(place))? {
                count = count.saturating_add(self.within(part)?);
            }
            self.solver.undo(mark);
        }
        if self.known.len() < REMEMBERED {
            self.known.insert(key, count);
        }
        Ok(count)
    }

    /// All that the count of a part depends on: the sets of its variables and of those its open rules name.
    fn key(&self, part: &[usize]) -> Vec<u64> {
        let rules = part.iter().flat_map(|variable| self.solver.open_rules(*variable));
        let mut named: Vec<usize> =
            rules.flat_map(|rule| &self.solver.variables[rule]).chain(part).copied().collect();
        named.sort_unstable();
        named.dedup();
        let mut key = Vec::with_capacity(2 * named.len());
        for variable in named {
            key.push(variable as u64);
            self.solver.sets[variable].write_key(&mut key);
        }
        key
    }
}
