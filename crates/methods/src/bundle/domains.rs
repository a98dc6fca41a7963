//! Reads domains and values: lists, ranges and intervals.

use toml::Value as Toml;

use super::{
    model::{Domain, Value},
    spans::Span,
};

/// More values make an attribute a number of an interval.
const MOST_VALUES: usize = 10_000;

const FORMS: &str = "a domain is a list such as [\"land\", \"air\"], a range such as \"1..10\", an interval such as \"(0, 3]\", or \"bool\"";

pub(super) fn domain(toml: &Toml) -> Result<Domain, String> {
    match toml {
        Toml::Array(items) => list(items),
        Toml::String(text) => written(text.trim()),
        _ => Err(FORMS.to_owned()),
    }
}

pub(super) fn value(toml: &Toml) -> Option<Value> {
    match toml {
        Toml::String(text) => Some(Value::Text(text.clone())),
        Toml::Boolean(yes) => Some(Value::Bool(*yes)),
        #[expect(clippy::cast_precision_loss, reason = "a domain of numbers beyond 2^53 means nothing")]
        Toml::Integer(number) => Some(Value::Number(*number as f64)),
        Toml::Float(number) if number.is_finite() => Some(Value::Number(*number + 0.0)),
        _ => None,
    }
}

fn list(items: &[Toml]) -> Result<Domain, String> {
    if items.is_empty() {
        return Err("the domain is empty".to_owned());
    }
    if items.len() > MOST_VALUES {
        return Err(format!("the domain has more than {MOST_VALUES} values"));
    }
    let values: Vec<Value> = items
        .iter()
        .map(|item| {
            value(item).ok_or_else(|| format!("{item} is no value: use words, numbers, true or false"))
        })
        .collect::<Result<_, _>>()?;
    let kind = std::mem::discriminant(&values[0]);
    if let Some(other) = values.iter().find(|value| std::mem::discriminant(*value) != kind) {
        return Err(format!("{} and {other} are of different kinds", values[0]));
    }
    for (at, value) in values.iter().enumerate() {
        if values[..at].contains(value) {
            return Err(format!("{value} is in the domain twice"));
        }
        if matches!(value, Value::Text(text) if text.trim() != text || text.is_empty()) {
            return Err(format!("the value {value:?} is empty or begins or ends with a blank"));
        }
    }
    Ok(Domain::Values(values))
}

fn written(text: &str) -> Result<Domain, String> {
    if text == "bool" {
        return Ok(Domain::Values(vec![Value::Bool(false), Value::Bool(true)]));
    }
    if let Some((lower, upper)) = text.split_once("..") {
        return range(lower.trim(), upper.trim());
    }
    let lower_closed = text.starts_with('[');
    let upper_closed = text.ends_with(']');
    let inner = text.strip_prefix(['(', '[']).and_then(|rest| rest.strip_suffix([')', ']']));
    let Some((lower, upper)) = inner.and_then(|inner| inner.split_once(',')) else {
        return Err(format!("{text:?} is no domain: {FORMS}"));
    };
    let number = |text: &str| {
        let number = text.trim().parse().ok().filter(|number: &f64| number.is_finite());
        number.ok_or_else(|| format!("{:?} is no finite number", text.trim()))
    };
    let span = Span { lower: number(lower)? + 0.0, lower_closed, upper: number(upper)? + 0.0, upper_closed };
    if span.is_empty() {
        return Err(format!("the domain {span} is empty"));
    }
    Ok(Domain::Interval(span))
}

fn range(lower: &str, upper: &str) -> Result<Domain, String> {
    let whole = |text: &str| text.parse::<i32>().map_err(|_| format!("{text:?} is no whole number"));
    let (lower, upper) = (whole(lower)?, whole(upper)?);
    if lower > upper {
        return Err(format!("the domain {lower}..{upper} is empty"));
    }
    if upper.abs_diff(lower) as usize >= MOST_VALUES {
        return Err(format!(
            "the domain {lower}..{upper} has more than {MOST_VALUES} values; an interval such as [{lower}, {upper}] has no such limit"
        ));
    }
    Ok(Domain::Values((lower..=upper).map(|number| Value::Number(number.into())).collect()))
}
