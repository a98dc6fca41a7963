//! What a model owes the customer: every need leads to a service, every attribute can be reached.

use super::{
    compare::cells,
    expression::Truth,
    fault::{Fault, Source},
    file::File,
    model::{Domain, Model, Need},
    set::Set,
};

/// A value of a need that calls for nothing is a need without a service.
pub(super) fn needs_have_services(file: &File, source: Source<'_>, model: &Model) -> Result<(), Fault> {
    let written = file.externals.iter().flat_map(|external| &external.attributes);
    for (at, (need, written)) in model.needs.iter().zip(written).enumerate() {
        if model.passes[at].is_some() {
            continue;
        }
        for (value, set) in parts(model, at, need) {
            if !answers(model, at, set) {
                let message =
                    format!("need without service: no mapping says what {} = {value} means", need.id);
                let path = format!("external attribute {}.domain", need.id);
                return Err(source.fault(written.domain.span().start, path, message));
            }
        }
    }
    Ok(())
}

/// The values of a need, those of an interval in cells between which no mapping tells apart.
fn parts(model: &Model, at: usize, need: &Need) -> Vec<(String, Set)> {
    match &need.domain {
        Domain::Values(values) => {
            let one = |place: usize| Set::places(values.len(), |other| other == place);
            values.iter().enumerate().map(|(place, value)| (value.to_string(), one(place))).collect()
        }
        Domain::Interval(span) => {
            let mut cuts = Vec::new();
            for when in model.rules.iter().filter_map(|rule| rule.when.as_ref()) {
                when.sets_of(at, &mut |set| {
                    if let Set::Numbers { spans, .. } = set {
                        cuts.extend(spans.cuts());
                    }
                });
            }
            let named = |cell: super::spans::Spans| {
                let name = cell.spans().iter().map(ToString::to_string).collect::<String>();
                (name, Set::numbers(cell))
            };
            cells(*span, cuts).into_iter().map(named).collect()
        }
    }
}

/// Whether some mapping names the need and can be called for by the value.
fn answers(model: &Model, at: usize, value: Set) -> bool {
    let mut sets: Vec<Set> = model.needs.iter().map(|need| need.domain.set(false)).collect();
    sets[at] = value;
    model.rules.iter().filter_map(|rule| rule.when.as_ref()).any(|when| {
        let mut named = false;
        when.variables(&mut |variable| named |= variable == at);
        named && when.truth(&sets) != Truth::No
    })
}

pub(super) fn warnings(model: &Model) -> Vec<String> {
    let mut warnings = Vec::new();
    if !model.needs.is_empty() {
        for (at, attribute) in model.attributes.iter().enumerate() {
            let variable = model.variable(at);
            let passed = model.passes.contains(&Some(at));
            let mapped = model.rules.iter().filter(|rule| rule.when.is_some()).any(|rule| {
                let mut named = false;
                rule.then.variables(&mut |other| named |= other == variable);
                named
            });
            if !(passed || mapped || attribute.default.is_some()) {
                warnings.push(format!("no need and no default ever reaches the attribute {}", attribute.id));
            }
        }
    }
    warnings
}
