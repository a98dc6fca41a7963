//! Resolves a file into a model.

use std::collections::HashMap;

use toml::Spanned;

use super::{
    check,
    compare::{Scope, Variable},
    domains,
    expression::Expression,
    fault::{Fault, Source},
    file::{self, File, Text},
    grammar,
    model::{Attribute, Domain, Kind, Model, Module, Need},
    rules,
    set::Set,
    words::is_name,
};

/// More modules and attributes would need another kind of search.
const MOST_VARIABLES: usize = 2_000;

impl Model {
    /// Reads a model in TOML; `docs/methods/bundle.md` shows its form.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let source = Source(text);
        let file: File = toml::from_str(text).map_err(|error| source.unreadable(&error))?;
        let loader = Loader { source };
        let modules = loader.modules(&file)?;
        let attributes = loader.attributes(&file, &modules)?;
        if modules.is_empty() {
            return Err(source.fault(0, "module", "there is no module: begin with [[module]]"));
        }
        if modules.len() + attributes.len() > MOST_VARIABLES {
            let message = format!("there are more than {MOST_VARIABLES} modules and attributes");
            return Err(source.fault(0, "module", message));
        }
        let needs = loader.needs(&file)?;
        let mut model = Self {
            name: file.name.clone(),
            structure: structure(&modules, &attributes),
            modules,
            attributes,
            passes: vec![None; needs.len()],
            needs,
            rules: Vec::new(),
            warnings: Vec::new(),
        };
        rules::read(&file, source, &mut model)?;
        check::needs_have_services(&file, source, &model)?;
        model.warnings = check::warnings(&model);
        Ok(model)
    }

    /// What constraints and the `then` of mappings may name.
    pub(super) fn scope(&self) -> Scope<'_> {
        let modules =
            self.modules.iter().map(|module| Variable { id: &module.id, domain: None, absent: false });
        let attributes = self.attributes.iter().map(|attribute| Variable {
            id: &attribute.id,
            domain: Some(&attribute.domain),
            absent: self.modules[attribute.module].absent,
        });
        Scope { variables: modules.chain(attributes).collect(), what: "attribute or module" }
    }

    /// What the `when` of mappings may name.
    pub(super) fn needs_scope(&self) -> Scope<'_> {
        let needs = self.needs.iter().map(|need| Variable {
            id: &need.id,
            domain: Some(&need.domain),
            absent: false,
        });
        Scope { variables: needs.collect(), what: "need" }
    }
}

/// Reads an expression, with its place in the file should it be wrong.
pub(super) fn expression(
    source: Source<'_>,
    scope: &Scope<'_>,
    path: &str,
    text: &Text,
) -> Result<Expression, Fault> {
    grammar::parse(text.get_ref(), scope).map_err(|slip| source.slip(&text.span(), path, &slip))
}

struct Loader<'a> {
    source: Source<'a>,
}

impl Loader<'_> {
    fn id(&self, path: &str, id: &Text) -> Result<String, Fault> {
        let text = id.get_ref();
        if is_name(text) {
            return Ok(text.clone());
        }
        let message = format!(
            "{text:?} is no id: use letters of any script, digits and _, a letter first, and no word of the language of expressions"
        );
        Err(self.source.fault(id.span().start, format!("{path}.id"), message))
    }

    fn unique(
        &self,
        seen: &mut HashMap<String, &'static str>,
        what: &'static str,
        id: &Text,
    ) -> Result<(), Fault> {
        match seen.insert(id.get_ref().clone(), what) {
            None => Ok(()),
            Some(earlier) => {
                let message = format!("the id {} is there twice, first as {earlier}", id.get_ref());
                Err(self.source.fault(id.span().start, format!("{what} {}.id", id.get_ref()), message))
            }
        }
    }

    fn modules(&self, file: &File) -> Result<Vec<Module>, Fault> {
        let mut seen = HashMap::new();
        let mut modules = Vec::new();
        for module in &file.modules {
            let id = self.id("module", &module.id)?;
            self.unique(&mut seen, "module", &module.id)?;
            for attribute in &module.attributes {
                self.unique(&mut seen, "attribute", &attribute.id)?;
            }
            let parent = self.parent(file, &id, module.parent.as_ref())?;
            let kind = module.kind.unwrap_or(Kind::Core);
            modules.push(Module { id, kind, parent, optional: module.optional, absent: module.optional });
        }
        for at in 0..modules.len() {
            let mut way = vec![at];
            while let Some(parent) = modules[way[way.len() - 1]].parent {
                if way.contains(&parent) {
                    return Err(self.cycle(file, &modules, &way, parent));
                }
                way.push(parent);
            }
            modules[at].absent = way.iter().any(|module| modules[*module].optional);
        }
        Ok(modules)
    }

    fn parent(&self, file: &File, id: &str, parent: Option<&Text>) -> Result<Option<usize>, Fault> {
        let Some(parent) = parent else { return Ok(None) };
        let at = file.modules.iter().position(|module| module.id.get_ref() == parent.get_ref());
        at.map(Some).ok_or_else(|| {
            let message = format!("there is no module {}", parent.get_ref());
            self.source.fault(parent.span().start, format!("module {id}.parent"), message)
        })
    }

    fn cycle(&self, file: &File, modules: &[Module], way: &[usize], parent: usize) -> Fault {
        let from = way.iter().position(|module| *module == parent).unwrap_or_default();
        let circle = way[from..].iter().chain([&parent]).map(|module| modules[*module].id.as_str());
        let message =
            format!("modules contain each other in a circle: {}", circle.collect::<Vec<_>>().join(" in "));
        let at = file.modules[parent].parent.as_ref().map_or(0, |parent| parent.span().start);
        self.source.fault(at, format!("module {}.parent", modules[parent].id), message)
    }

    fn domain(&self, path: &str, domain: &Spanned<toml::Value>) -> Result<Domain, Fault> {
        domains::domain(domain.get_ref())
            .map_err(|message| self.source.fault(domain.span().start, format!("{path}.domain"), message))
    }

    fn attributes(&self, file: &File, modules: &[Module]) -> Result<Vec<Attribute>, Fault> {
        let mut attributes = Vec::new();
        for (at, module) in file.modules.iter().enumerate() {
            for attribute in &module.attributes {
                let path = format!("module {}.attribute {}", modules[at].id, attribute.id.get_ref());
                attributes.push(self.attribute(&path, at, attribute)?);
            }
        }
        Ok(attributes)
    }

    fn attribute(&self, path: &str, module: usize, attribute: &file::Attribute) -> Result<Attribute, Fault> {
        let id = self.id(path, &attribute.id)?;
        let domain = self.domain(path, &attribute.domain)?;
        let default = match &attribute.default {
            None => None,
            Some(given) => {
                let value = domains::value(given.get_ref()).filter(|value| domain.contains(value));
                let message = || format!("{} is not in the domain {domain}", given.get_ref());
                let wrong = || self.source.fault(given.span().start, format!("{path}.default"), message());
                Some(value.ok_or_else(wrong)?)
            }
        };
        Ok(Attribute { id, module, domain, unit: attribute.unit.clone(), default })
    }

    fn needs(&self, file: &File) -> Result<Vec<Need>, Fault> {
        let (mut seen, mut ids) = (HashMap::new(), HashMap::new());
        let mut needs = Vec::new();
        for external in &file.externals {
            let module = self.id("external", &external.id)?;
            self.unique(&mut ids, "external", &external.id)?;
            for need in &external.attributes {
                let path = format!("external {module}.attribute {}", need.id.get_ref());
                let id = self.id(&path, &need.id)?;
                self.unique(&mut seen, "external attribute", &need.id)?;
                let domain = self.domain(&path, &need.domain)?;
                let weight = need.weight.as_ref().map_or(1.0, |weight| *weight.get_ref());
                if !(weight.is_finite() && weight > 0.0) {
                    let at = need.weight.as_ref().map_or(0, |weight| weight.span().start);
                    let message = "a weight is a number above 0";
                    return Err(self.source.fault(at, format!("{path}.weight"), message));
                }
                needs.push(Need { id, domain, weight });
            }
        }
        Ok(needs)
    }
}

fn structure(modules: &[Module], attributes: &[Attribute]) -> Vec<Expression> {
    let chosen = |at: usize, yes: bool| Expression::In(at, Set::places(2, |place| (place == 1) == yes));
    let mut rules = Vec::new();
    for (at, module) in modules.iter().enumerate() {
        match module.parent {
            None if !module.optional => rules.push(chosen(at, true)),
            None => {}
            Some(parent) => {
                rules.push(Expression::Any(vec![chosen(at, false), chosen(parent, true)]));
                if !module.optional {
                    rules.push(Expression::Any(vec![chosen(at, true), chosen(parent, false)]));
                }
            }
        }
    }
    for (at, attribute) in attributes.iter().enumerate() {
        if modules[attribute.module].absent {
            let variable = modules.len() + at;
            let without = match attribute.domain.set(true) {
                Set::Places(_) => {
                    let Domain::Values(values) = &attribute.domain else { continue };
                    Set::places(values.len() + 1, |place| place == values.len())
                }
                Set::Numbers { .. } => Set::Numbers { spans: super::spans::Spans::NONE, absent: true },
            };
            let without = Expression::In(variable, without);
            let with = Expression::Not(Box::new(without.clone()));
            rules.push(Expression::Any(vec![chosen(attribute.module, true), without]));
            rules.push(Expression::Any(vec![chosen(attribute.module, false), with]));
        }
    }
    rules
}
