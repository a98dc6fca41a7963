use super::{
    expression::Expression,
    linear::{Linear, Operator, Term},
    model::{Domain, Value},
    set::Set,
    spans::{Cut, Span, Spans},
    words::Slip,
};

/// Rounding of sums, in parts of their largest value.
const SLACK: f64 = 1e-12;

/// A variable as expressions see it.
#[derive(Debug, Clone)]
pub(super) struct Variable<'a> {
    pub id: &'a str,
    /// `None` for a module, which is chosen or not.
    pub domain: Option<&'a Domain>,
    /// Whether it may be without value.
    pub absent: bool,
}

/// The variables that an expression may name.
#[derive(Debug, Clone)]
pub(super) struct Scope<'a> {
    pub variables: Vec<Variable<'a>>,
    /// What they are called in messages: "attribute or module", "need".
    pub what: &'static str,
}

/// One side of a comparison: a sum.
#[derive(Debug, Clone)]
pub(super) struct Side {
    pub at: usize,
    pub operands: Vec<Operand>,
}

#[derive(Debug, Clone)]
pub(super) struct Operand {
    pub at: usize,
    pub factor: f64,
    /// `None` for a number.
    pub name: Option<String>,
    pub quoted: bool,
}

impl Side {
    /// The only name, if that is all.
    #[expect(clippy::float_cmp, reason = "exactly the factor of a name that stands alone")]
    fn name(&self) -> Option<&Operand> {
        let [only] = self.operands.as_slice() else { return None };
        (only.name.is_some() && only.factor == 1.0).then_some(only)
    }
}

impl Scope<'_> {
    fn find(&self, operand: &Operand) -> Result<usize, Slip> {
        let name = operand.name.as_deref().unwrap_or_default();
        let found = self.variables.iter().position(|variable| variable.id == name && !operand.quoted);
        found.ok_or_else(|| {
            let like = self.variables.iter().find(|variable| variable.id.eq_ignore_ascii_case(name));
            let like = like.map_or_else(String::new, |like| format!("; {} is one", like.id));
            Slip::new(operand.at, format!("there is no {} {name}{like}", self.what))
        })
    }

    /// A name alone: a module that is chosen, or an attribute that is yes.
    pub fn bare(&self, side: &Side) -> Result<Expression, Slip> {
        let Some(name) = side.name() else {
            return Err(Slip::new(side.at, "a comparison such as = or <= is missing"));
        };
        let variable = self.find(name)?;
        let yes = match self.variables[variable].domain {
            None => Some(1),
            Some(Domain::Values(values)) => values.iter().position(|value| *value == Value::Bool(true)),
            Some(Domain::Interval(_)) => None,
        };
        let Some(yes) = yes else {
            let id = self.variables[variable].id;
            return Err(Slip::new(side.at, format!("{id} is not yes or no: compare it with something")));
        };
        Ok(self.one_of(variable, |place| place == yes))
    }

    pub fn compare(&self, left: &Side, operator: Operator, right: &Side) -> Result<Expression, Slip> {
        if let (Some(name), Some(word)) = (left.name(), right.name()) {
            let variable = self.find(name)?;
            if let Some(domain) = self.variables[variable].domain {
                let known = self.variables.iter().any(|other| Some(other.id) == word.name.as_deref());
                let words = matches!(domain, Domain::Values(values) if values.iter().any(|value| !matches!(value, Value::Number(_))));
                if words || word.quoted || !known {
                    return self.equal(variable, operator, word);
                }
            }
        }
        self.sum(left, operator, right)
    }

    /// `mode = air`, `mode != air`.
    fn equal(&self, variable: usize, operator: Operator, word: &Operand) -> Result<Expression, Slip> {
        let (id, Some(domain)) = (self.variables[variable].id, self.variables[variable].domain) else {
            return Err(Slip::new(word.at, "a module has no value"));
        };
        let text = word.name.as_deref().unwrap_or_default();
        let Some(value) = domain.read(text) else {
            return Err(Slip::new(word.at, format!("{id} has no value {text}: it has {domain}")));
        };
        let Domain::Values(values) = domain else {
            return Err(Slip::new(word.at, format!("{id} takes numbers, not words")));
        };
        match operator {
            Operator::Equal => Ok(self.one_of(variable, |place| values[place] == value)),
            Operator::Unequal => Ok(self.one_of(variable, |place| values[place] != value)),
            _ => Err(Slip::new(word.at, format!("{id} has no order: use = or !="))),
        }
    }

    fn one_of(&self, variable: usize, keep: impl Fn(usize) -> bool) -> Expression {
        let seen = &self.variables[variable];
        let values = match seen.domain {
            Some(Domain::Values(values)) => values.len(),
            _ => 2,
        };
        let set = Set::places(values + usize::from(seen.absent), |place| place < values && keep(place));
        Expression::In(variable, set)
    }

    /// The variable is a number within the interval.
    pub fn within(&self, left: &Side, span: Span, at: usize) -> Result<Expression, Slip> {
        if span.is_empty() {
            return Err(Slip::new(at, format!("no number lies in {span}")));
        }
        let Some(name) = left.name() else {
            return Err(Slip::new(left.at, "one name is expected before \"in\""));
        };
        let variable = self.find(name)?;
        self.numbers(variable, name.at, &span.into())
    }

    fn numbers(&self, variable: usize, at: usize, allowed: &Spans) -> Result<Expression, Slip> {
        if let Some(Domain::Interval(_)) = self.variables[variable].domain {
            return Ok(Expression::In(variable, Set::numbers(allowed.clone())));
        }
        let numbers = self.values(variable, at)?;
        Ok(self.one_of(variable, |place| allowed.contains(numbers[place])))
    }

    /// The values of a variable as numbers.
    fn values(&self, variable: usize, at: usize) -> Result<Vec<f64>, Slip> {
        let seen = &self.variables[variable];
        let numbers = match seen.domain {
            None => Some(vec![0.0, 1.0]),
            Some(Domain::Values(values)) => values.iter().map(Value::number).collect(),
            Some(Domain::Interval(_)) => None,
        };
        numbers.ok_or_else(|| {
            Slip::new(at, format!("{} has words for values, which cannot be added or ordered", seen.id))
        })
    }

    /// `2 * a + b <= c + 3`: everything with a name to the left, numbers to the right.
    fn sum(&self, left: &Side, operator: Operator, right: &Side) -> Result<Expression, Slip> {
        let (mut factors, mut bound): (Vec<(usize, f64, usize)>, f64) = (Vec::new(), 0.0);
        let sides = left.operands.iter().map(|operand| (operand, 1.0));
        for (operand, sign) in sides.chain(right.operands.iter().map(|operand| (operand, -1.0))) {
            let factor = sign * operand.factor;
            if operand.name.is_none() {
                bound -= factor;
                continue;
            }
            let variable = self.find(operand)?;
            match factors.iter_mut().find(|(same, ..)| *same == variable) {
                Some((_, all, _)) => *all += factor,
                None => factors.push((variable, factor, operand.at)),
            }
        }
        factors.retain(|(_, factor, _)| *factor != 0.0);
        if factors.iter().any(|(_, factor, _)| !factor.is_finite()) || !bound.is_finite() {
            return Err(Slip::new(left.at, "the numbers are too large"));
        }
        match factors.as_slice() {
            [] => Err(Slip::new(left.at, format!("the comparison names no {}", self.what))),
            [(variable, factor, at)] => {
                let found = self.numbers(*variable, *at, &operator.numbers(*factor, bound))?;
                match &found {
                    Expression::In(_, set) if operator == Operator::Equal && set.is_empty() => {
                        let id = self.variables[*variable].id;
                        Err(Slip::new(right.at, format!("{id} never has that value")))
                    }
                    _ => Ok(found),
                }
            }
            _ => self.linear(&factors, operator, bound),
        }
    }

    fn linear(
        &self,
        factors: &[(usize, f64, usize)],
        operator: Operator,
        bound: f64,
    ) -> Result<Expression, Slip> {
        let mut sum = Linear { terms: Vec::new(), continuous: None, operator, bound, slack: bound.abs() };
        for (variable, factor, at) in factors {
            let seen = &self.variables[*variable];
            if let Some(Domain::Interval(span)) = seen.domain {
                if let Some((other, _)) = sum.continuous {
                    let other = self.variables[other].id;
                    let message = format!(
                        "{other} and {} both take any number of an interval; one comparison takes one such attribute",
                        seen.id
                    );
                    return Err(Slip::new(*at, message));
                }
                sum.continuous = Some((*variable, *factor));
                sum.slack += factor.abs() * span.lower.abs().max(span.upper.abs());
                continue;
            }
            let mut adds: Vec<f64> =
                self.values(*variable, *at)?.iter().map(|value| factor * value).collect();
            let absent = seen.absent.then_some(adds.len());
            adds.extend(absent.map(|_| 0.0));
            sum.slack += adds.iter().fold(0.0, |most: f64, add| most.max(add.abs()));
            sum.terms.push(Term { variable: *variable, adds, absent });
        }
        if !sum.slack.is_finite() {
            return Err(Slip::new(factors[0].2, "the numbers are too large"));
        }
        sum.slack *= SLACK;
        Ok(Expression::Sum(sum))
    }
}

/// The cells into which cuts divide an interval: each lies wholly within or without of every set with these cuts.
pub(super) fn cells(span: Span, mut cuts: Vec<Cut>) -> Vec<Spans> {
    let whole = Spans::from(span);
    cuts.extend([Cut::LOWEST, Cut::HIGHEST]);
    cuts.sort_by(|a, b| a.at.total_cmp(&b.at).then(a.after.cmp(&b.after)));
    let cell = |pair: &[Cut]| whole.intersection(&Spans::between(pair[0], pair[1]));
    cuts.windows(2).map(cell).filter(|cell| !cell.is_empty()).collect()
}
