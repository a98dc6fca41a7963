//! Reads constraints and mappings into rules.

use std::collections::HashSet;

use toml::Spanned;

use super::{
    compare::Scope,
    expression::Expression,
    fault::{Fault, Source},
    file::{Constraint, File, Names, Text},
    load::expression,
    model::{Domain, Model, Origin, Rule, Value},
    set::Set,
};

pub(super) fn read(file: &File, source: Source<'_>, model: &mut Model) -> Result<(), Fault> {
    let reader = Reader { source, model, scope: model.scope() };
    let mut rules = reader.mappings(file)?;
    let passes = reader.passes(file)?;
    rules.extend(reader.constraints(file)?);
    let mut seen = HashSet::new();
    let twice = rules.iter().find(|rule| !seen.insert(&rule.id));
    if let Some(rule) = twice {
        let ids = file.constraints.iter().filter_map(|rule| rule.id.as_ref());
        let ids = ids.chain(file.mappings.iter().filter_map(|rule| rule.id.as_ref()));
        let at =
            ids.filter(|id| *id.get_ref() == rule.id).map(|id| id.span().start).max().unwrap_or_default();
        let message = format!("the id {} is there twice", rule.id);
        return Err(source.fault(at, format!("rule {}.id", rule.id), message));
    }
    model.rules = rules;
    model.passes = passes;
    Ok(())
}

struct Reader<'a> {
    source: Source<'a>,
    model: &'a Model,
    scope: Scope<'a>,
}

impl Reader<'_> {
    fn mappings(&self, file: &File) -> Result<Vec<Rule>, Fault> {
        let needs = self.model.needs_scope();
        let mut rules = Vec::new();
        for (at, mapping) in file.mappings.iter().enumerate() {
            let id = mapping.id.as_ref().map_or_else(|| format!("M{}", at + 1), |id| id.get_ref().clone());
            let when = expression(self.source, &needs, &format!("mapping {id}.when"), &mapping.when)?;
            let then = expression(self.source, &self.scope, &format!("mapping {id}.then"), &mapping.then)?;
            let text = format!("{} → {}", mapping.when.get_ref(), mapping.then.get_ref());
            rules.push(Rule { id, origin: Origin::Mapping, text, when: Some(when), then });
        }
        Ok(rules)
    }

    /// Which needs hand their value to an attribute as it is.
    fn passes(&self, file: &File) -> Result<Vec<Option<usize>>, Fault> {
        let needs = file.externals.iter().flat_map(|external| &external.attributes);
        needs
            .zip(&self.model.needs)
            .map(|(need, known)| {
                let Some(to) = &need.passes_to else { return Ok(None) };
                let path = format!("external attribute {}.passes_to", known.id);
                let found = self.model.attributes.iter().position(|attribute| attribute.id == *to.get_ref());
                let Some(attribute) = found else {
                    let message = format!("there is no attribute {}", to.get_ref());
                    return Err(self.source.fault(to.span().start, path, message));
                };
                self.fits(&known.domain, attribute)
                    .map_err(|message| self.source.fault(need.domain.span().start, path, message))?;
                Ok(Some(attribute))
            })
            .collect()
    }

    /// Every value that may be asked for can be given.
    fn fits(&self, asked: &Domain, attribute: usize) -> Result<(), String> {
        let attribute = &self.model.attributes[attribute];
        let missing = |value: &Value| format!("need without service: {} has no value {value}", attribute.id);
        match (asked, &attribute.domain) {
            (Domain::Values(values), given) => match values.iter().find(|value| !given.contains(value)) {
                Some(value) => Err(missing(value)),
                None => Ok(()),
            },
            (Domain::Interval(asked), Domain::Interval(given)) => {
                let inside = Set::numbers((*asked).into()).is_within(&Set::numbers((*given).into()));
                if inside {
                    Ok(())
                } else {
                    Err(format!("need without service: {} is only {given}", attribute.id))
                }
            }
            (Domain::Interval(_), Domain::Values(_)) => {
                Err(format!("need without service: {} takes only certain values", attribute.id))
            }
        }
    }

    fn constraints(&self, file: &File) -> Result<Vec<Rule>, Fault> {
        let named = |(at, constraint): (usize, &Constraint)| {
            let id = constraint.id.as_ref().map_or_else(|| format!("C{}", at + 1), |id| id.get_ref().clone());
            self.constraint(id, constraint)
        };
        file.constraints.iter().enumerate().map(named).collect()
    }

    fn constraint(&self, id: String, constraint: &Constraint) -> Result<Rule, Fault> {
        let path = format!("constraint {id}");
        let read =
            |key: &str, text: &Text| expression(self.source, &self.scope, &format!("{path}.{key}"), text);
        let Constraint { condition, then, forbid, require, module, requires, excludes, .. } = constraint;
        let (text, then) = match (condition, then, forbid, require, module) {
            (Some(condition), Some(then), None, None, None) => {
                let text = format!("if {} then {}", condition.get_ref(), then.get_ref());
                let unless = Expression::Not(Box::new(read("if", condition)?));
                (text, Expression::Any(vec![unless, read("then", then)?]))
            }
            (None, None, Some(forbid), None, None) => {
                let text = format!("never {}", forbid.get_ref());
                (text, Expression::Not(Box::new(read("forbid", forbid)?)))
            }
            (None, None, None, Some(require), None) => {
                let asked = read("require", require)?;
                (format!("always {}", require.get_ref()), self.while_there(asked))
            }
            (None, None, None, None, Some(module)) if requires.is_some() != excludes.is_some() => {
                self.between(&path, module, requires.as_ref(), excludes.as_ref())?
            }
            _ => return Err(self.unclear(&path, constraint)),
        };
        Ok(Rule { id, origin: Origin::Constraint, text, when: None, then })
    }

    fn unclear(&self, path: &str, constraint: &Constraint) -> Fault {
        let Constraint { id, condition, then, forbid, require, module, .. } = constraint;
        let texts = [id, condition, then, forbid, require, module].into_iter().flatten();
        let at = texts.map(|text| text.span().start).min().unwrap_or_default();
        let message = "a constraint has one of these forms: if and then, forbid, require, module and requires, module and excludes";
        self.source.fault(at, path, message)
    }

    /// A requirement is asked only where one of its attributes has a value.
    fn while_there(&self, asked: Expression) -> Expression {
        let mut parts = Vec::new();
        let mut always = false;
        let modules = self.model.modules.len();
        asked.variables(&mut |variable| {
            let Some(attribute) = variable.checked_sub(modules) else {
                always = true;
                return;
            };
            let module = self.model.attributes[attribute].module;
            always |= !self.model.modules[module].absent;
            parts.push(Expression::In(module, Set::places(2, |place| place == 0)));
        });
        if always { asked } else { Expression::Any(vec![asked, Expression::All(parts)]) }
    }

    fn between(
        &self,
        path: &str,
        module: &Text,
        requires: Option<&Spanned<Names>>,
        excludes: Option<&Spanned<Names>>,
    ) -> Result<(String, Expression), Fault> {
        let find = |at: usize, key: &str, name: &str| {
            let found = self.model.modules.iter().position(|module| module.id == name);
            let fault =
                || self.source.fault(at, format!("{path}.{key}"), format!("there is no module {name}"));
            found.ok_or_else(fault)
        };
        let one = find(module.span().start, "module", module.get_ref())?;
        let key = if requires.is_some() { "requires" } else { "excludes" };
        let chosen =
            |module: usize, yes: bool| Expression::In(module, Set::places(2, |place| (place == 1) == yes));
        let mut others = Vec::new();
        let mut names = Vec::new();
        for list in [requires, excludes].into_iter().flatten() {
            for name in list.get_ref().list() {
                let other = find(list.span().start, key, name)?;
                others.push(chosen(other, requires.is_some()));
                names.push(name.to_owned());
            }
        }
        let text = format!("{} {key} {}", module.get_ref(), names.join(", "));
        Ok((text, Expression::Any(vec![chosen(one, false), Expression::All(others)])))
    }
}
