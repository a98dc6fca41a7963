use super::{
    expression::{Expression, Truth},
    model::{Domain, Model, Origin, Rule, Value},
    set::Set,
    spans::{Cut, Spans},
};

/// What a customer asks for: values of needs, in the order of the model.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Choices(pub(super) Vec<(usize, Value)>);

/// Why something cannot be asked of a model.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum RequestError {
    #[error("there is no need {id}: the model has {known}")]
    Need { id: String, known: String },
    #[error("{id} cannot be {value}: it is one of {domain}")]
    Value { id: String, value: String, domain: String },
    #[error("{id} is chosen twice")]
    Twice { id: String },
    #[error("there is no attribute {id} with an interval to take samples from")]
    Sample { id: String },
    #[error("there are no samples of {id}")]
    NoSamples { id: String },
}

impl Model {
    /// Reads what a customer asks for, each a need and its value as they are typed.
    pub fn choose<'t>(
        &self,
        asked: impl IntoIterator<Item = (&'t str, &'t str)>,
    ) -> Result<Choices, RequestError> {
        let mut choices = Vec::new();
        for (id, value) in asked {
            let Some(at) = self.needs.iter().position(|need| need.id == id) else {
                let known: Vec<&str> = self.needs.iter().map(|need| need.id.as_str()).collect();
                let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
                return Err(RequestError::Need { id: id.to_owned(), known });
            };
            if choices.iter().any(|(earlier, _)| *earlier == at) {
                return Err(RequestError::Twice { id: id.to_owned() });
            }
            let domain = &self.needs[at].domain;
            let Some(read) = domain.read(value) else {
                let (id, value, domain) = (id.to_owned(), value.to_owned(), domain.to_string());
                return Err(RequestError::Value { id, value, domain });
            };
            choices.push((at, read));
        }
        choices.sort_by_key(|(at, _)| *at);
        Ok(Choices(choices))
    }

    /// The mappings that some choices call for, whatever else is chosen: first those of the model, then the values that are
    /// taken over as they are.
    pub(super) fn called(&self, choices: &[(usize, Value)]) -> Vec<Rule> {
        let mut sets: Vec<Set> = self.needs.iter().map(|need| need.domain.set(false)).collect();
        for (at, value) in choices {
            sets[*at] = among(&self.needs[*at].domain, false, std::slice::from_ref(value));
        }
        let called = |rule: &&Rule| rule.when.as_ref().is_some_and(|when| when.truth(&sets) == Truth::Yes);
        let passed = choices.iter().filter_map(|(at, value)| {
            let attribute = self.passes[*at]?;
            let known = &self.attributes[attribute];
            let set = among(&known.domain, self.modules[known.module].absent, std::slice::from_ref(value));
            Some(Rule {
                id: format!("{} → {}", self.needs[*at].id, known.id),
                origin: Origin::Mapping,
                text: format!("{} = {value} → {} = {value}", self.needs[*at].id, known.id),
                when: None,
                then: Expression::In(self.variable(attribute), set),
            })
        });
        self.rules.iter().filter(called).cloned().chain(passed).collect()
    }

    /// The same model with an attribute that takes certain numbers of its interval only.
    pub fn sampled(mut self, id: &str, samples: &[f64]) -> Result<Self, RequestError> {
        let interval = |attribute: &super::model::Attribute| {
            attribute.id == id && matches!(attribute.domain, Domain::Interval(_))
        };
        let Some(at) = self.attributes.iter().position(interval) else {
            return Err(RequestError::Sample { id: id.to_owned() });
        };
        if samples.is_empty() {
            return Err(RequestError::NoSamples { id: id.to_owned() });
        }
        let mut values: Vec<Value> = Vec::new();
        for sample in samples.iter().map(|sample| Value::Number(*sample)) {
            let domain = &self.attributes[at].domain;
            if !domain.contains(&sample) {
                let (id, value, domain) = (id.to_owned(), sample.to_string(), domain.to_string());
                return Err(RequestError::Value { id, value, domain });
            }
            if !values.contains(&sample) {
                values.push(sample);
            }
        }
        let variable = self.variable(at);
        let absent = self.modules[self.attributes[at].module].absent;
        let numbers: Vec<f64> = values.iter().filter_map(Value::number).collect();
        self.structure.iter_mut().for_each(|rule| rule.sample(variable, &numbers, absent));
        self.rules.iter_mut().for_each(|rule| rule.then.sample(variable, &numbers, absent));
        let attribute = &mut self.attributes[at];
        attribute.default = attribute.default.take().filter(|default| values.contains(default));
        attribute.domain = Domain::Values(values);
        Ok(self)
    }
}

/// The set of some values of a domain.
pub(super) fn among(domain: &Domain, absent: bool, wanted: &[Value]) -> Set {
    match domain {
        Domain::Values(values) => Set::places(values.len() + usize::from(absent), |place| {
            values.get(place).is_some_and(|value| wanted.contains(value))
        }),
        Domain::Interval(_) => {
            let points = wanted.iter().filter_map(Value::number);
            let point = |at| Spans::between(Cut::before(at), Cut::after(at));
            Set::numbers(points.fold(Spans::NONE, |all, at| all.union(&point(at))))
        }
    }
}
