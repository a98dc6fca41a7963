use super::{expression::Expression, linear::Term, set::Set};

impl Expression {
    /// Rewrites comparisons of a variable with an interval for one with a list of numbers.
    pub fn sample(&mut self, of: usize, numbers: &[f64], may_be_absent: bool) {
        match self {
            Self::All(parts) | Self::Any(parts) => {
                for part in parts {
                    part.sample(of, numbers, may_be_absent);
                }
            }
            Self::Not(part) => part.sample(of, numbers, may_be_absent),
            Self::In(variable, set) if *variable == of => {
                if let Set::Numbers { spans, absent } = set {
                    let (spans, absent) = (spans.clone(), *absent);
                    *set = Set::places(numbers.len() + usize::from(may_be_absent), |place| {
                        numbers.get(place).map_or(absent, |number| spans.contains(*number))
                    });
                }
            }
            Self::In(..) => {}
            Self::Sum(sum) => {
                let Some((_, factor)) = sum.continuous.take_if(|(variable, _)| *variable == of) else {
                    return;
                };
                let mut adds: Vec<f64> = numbers.iter().map(|number| factor * number).collect();
                let absent = may_be_absent.then_some(adds.len());
                adds.extend(absent.map(|_| 0.0));
                sum.terms.push(Term { variable: of, adds, absent });
            }
        }
    }
}
