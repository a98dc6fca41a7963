use rustc_hash::FxHashMap;

use super::{Options, Requirement};

/// A number of a requirement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    Importance,
    Own,
    Planned,
    SalesPoint,
    /// The competitor at this place.
    Competitor(usize),
}

/// Why there is no plan. `row` counts requirements from 0.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum PlanError {
    #[error("there are no requirements")]
    Empty,
    #[error("the requirement has no name")]
    Unnamed { row: usize },
    #[error("{name} is there twice")]
    Duplicate { row: usize, earlier: usize, name: String },
    #[error("{value} is not {expected}")]
    Value { row: usize, field: Field, value: f64, expected: String },
    #[error("the weight is too large for a number")]
    Range { row: usize },
    #[error("a scale must end at a number above 0 and sales points must be numbers above 0")]
    Options,
}

/// Refuses what cannot be weighed.
pub(super) fn check(requirements: &[Requirement], options: &Options) -> Result<(), PlanError> {
    let positive = |value: &f64| value.is_finite() && *value > 0.0;
    if !positive(&options.scale) || !options.sales_points.iter().all(positive) {
        return Err(PlanError::Options);
    }
    if requirements.is_empty() {
        return Err(PlanError::Empty);
    }
    let mut seen = FxHashMap::default();
    for (row, requirement) in requirements.iter().enumerate() {
        if requirement.requirement.trim().is_empty() {
            return Err(PlanError::Unnamed { row });
        }
        if let Some(earlier) = seen.insert(requirement.requirement.trim(), row) {
            return Err(PlanError::Duplicate { row, earlier, name: requirement.requirement.clone() });
        }
        check_values(row, requirement, options)?;
    }
    Ok(())
}

fn check_values(row: usize, requirement: &Requirement, options: &Options) -> Result<(), PlanError> {
    let Options { scale, sales_points, .. } = options;
    let refuse = |field, value, expected| Err(PlanError::Value { row, field, value, expected });
    // A range contains no NaN, so that it is refused.
    if !(0.0..=*scale).contains(&requirement.importance) {
        let expected = format!("an importance from 0 to {scale}");
        return refuse(Field::Importance, requirement.importance, expected);
    }
    let competitors = requirement.competitors.iter().enumerate();
    let competitors = competitors.filter_map(|(at, value)| Some((Field::Competitor(at), (*value)?)));
    let levels = [(Field::Own, requirement.own), (Field::Planned, requirement.planned)];
    for (field, value) in levels.into_iter().chain(competitors) {
        if !(value > 0.0 && value <= *scale) {
            return refuse(field, value, format!("a satisfaction above 0, up to {scale}"));
        }
    }
    let close = |point: &f64| (point - requirement.sales_point).abs() < 1e-9;
    if !sales_points.iter().any(close) {
        let listed: Vec<String> = sales_points.iter().map(f64::to_string).collect();
        let expected = format!("a sales point ({})", listed.join(", "));
        return refuse(Field::SalesPoint, requirement.sales_point, expected);
    }
    Ok(())
}
