use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    model::{Attribute, Domain, Model, Value},
    request::among,
    search::{Exhausted, Solver},
    set::Set,
    spans::Span,
};

/// What an attribute is: a value, or an interval of numbers kept whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Held {
    Value(Value),
    Span(Span),
}

impl std::fmt::Display for Held {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Value(value) => write!(f, "{value}"),
            Self::Span(span) => write!(f, "{span}"),
        }
    }
}

/// One concrete service. Attributes of modules left out are missing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Configuration {
    /// The modules chosen, in the order of the model.
    pub modules: Vec<String>,
    /// One value for each attribute; for one with an interval all that it may be while the values of the others stand, as
    /// one interval or several.
    pub values: BTreeMap<String, Vec<Held>>,
}

/// What sets say of the attributes.
pub(super) fn domains(model: &Model, sets: &[Set]) -> BTreeMap<String, Vec<Held>> {
    let held = |(at, attribute): (usize, &Attribute)| {
        (attribute.id.clone(), held(&attribute.domain, &sets[model.variable(at)]))
    };
    model.attributes.iter().enumerate().map(held).collect()
}

fn held(domain: &Domain, set: &Set) -> Vec<Held> {
    match (domain, set) {
        (Domain::Values(values), set @ Set::Places(_)) => {
            set.list().filter_map(|place| values.get(place).cloned().map(Held::Value)).collect()
        }
        (_, Set::Numbers { spans, .. }) => spans.spans().into_iter().map(Held::Span).collect(),
        (Domain::Interval(_), Set::Places(_)) => Vec::new(),
    }
}

/// The first configurations in the order of the model; if only one is asked for, the one with the defaults. Fewer when
/// there are no more or the work allowed is used up.
pub(super) fn list(model: &Model, solver: &mut Solver<'_>, most: usize) -> Vec<Configuration> {
    let mut found = Vec::new();
    if most == 0 || solver.propagate() != Ok(true) {
        return found;
    }
    if most == 1 {
        prefer_defaults(model, solver);
    }
    // What was found until the work was used up is true.
    let _ = walk(model, solver, 0, most, &mut found);
    found
}

/// Takes each default against which nothing speaks, in the order of the model.
fn prefer_defaults(model: &Model, solver: &mut Solver<'_>) {
    for (at, attribute) in model.attributes.iter().enumerate() {
        let Some(default) = &attribute.default else { continue };
        let (mark, variable) = (solver.mark(), model.variable(at));
        let wanted =
            among(&attribute.domain, model.modules[attribute.module].absent, std::slice::from_ref(default));
        let wanted = solver.sets[variable].intersection(&wanted);
        let after = solver.assume(variable, wanted).map(|fits| fits.then(|| solver.mark()));
        match after {
            Ok(Some(after)) if solver.solve() == Ok(true) => solver.undo(after),
            _ => solver.undo(mark),
        }
    }
}

fn walk(
    model: &Model,
    solver: &mut Solver<'_>,
    variable: usize,
    most: usize,
    found: &mut Vec<Configuration>,
) -> Result<(), Exhausted> {
    let open = (variable..solver.sets.len()).find(|at| !solver.is_continuous(*at) && solver.is_open(*at));
    let Some(variable) = open else {
        let mark = solver.mark();
        if solver.solve()? {
            solver.undo(mark);
            found.push(read(model, solver)?);
        }
        return Ok(());
    };
    let places: Vec<usize> = solver.sets[variable].list().collect();
    // Modules come with what they add first.
    let modules_first =
        |place: &usize| if variable < model.modules.len() { usize::MAX - place } else { *place };
    let mut places = places;
    places.sort_by_key(modules_first);
    for place in places {
        let mark = solver.mark();
        let fits = solver.assume(variable, solver.sets[variable].only(place))?;
        if fits && possible(solver)? {
            walk(model, solver, variable + 1, most, found)?;
        }
        solver.undo(mark);
        if found.len() >= most {
            break;
        }
    }
    Ok(())
}

/// Whether it leads anywhere: no walk into what ends in nothing.
fn possible(solver: &mut Solver<'_>) -> Result<bool, Exhausted> {
    let mark = solver.mark();
    let found = solver.solve()?;
    solver.undo(mark);
    Ok(found)
}

fn read(model: &Model, solver: &mut Solver<'_>) -> Result<Configuration, Exhausted> {
    let continuous: Vec<usize> = (0..solver.sets.len()).filter(|at| solver.is_continuous(*at)).collect();
    let mut sets = solver.sets.clone();
    if !continuous.is_empty() {
        let left = solver.remaining(&continuous)?;
        for at in continuous {
            sets[at] = left[at].clone();
        }
    }
    let modules = model.modules.iter().enumerate().filter(|(at, _)| sets[*at].has(1));
    let modules = modules.map(|(_, module)| module.id.clone()).collect();
    let mut values = domains(model, &sets);
    values.retain(|_, held| !held.is_empty());
    Ok(Configuration { modules, values })
}
