use rustc_hash::{FxHashMap, FxHashSet};

use super::{House, Roof};
use crate::house::Relation;

/// Why a house is none. The message begins with the place in the file, such as `relations[3].row`.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum HouseError {
    #[error("{place}: there are none")]
    Empty { place: &'static str },
    #[error("{place}: it is empty")]
    Unnamed { place: String },
    #[error("{place}: {id} is there twice")]
    Duplicate { place: String, id: String },
    #[error("{place}: {value} is no weight: it must be 0 or more")]
    Weight { place: String, value: f64 },
    #[error("{place}: there is no {kind} {id}")]
    Unknown { place: String, kind: &'static str, id: String },
    #[error("{place}: {a} and {b} stand here a second time")]
    Repeated { place: String, a: String, b: String },
    #[error("{place}: {id} cannot help or hinder itself")]
    Itself { place: String, id: String },
    #[error("{place}: it must be ++, +, -, -- or a number from -1 to 1 that is not 0")]
    RoofValue { place: String },
    #[error("the weights add up to more than a number can hold")]
    Range,
}

/// Where rows and columns stand, by their ids.
pub(super) struct Places<'a> {
    rows: FxHashMap<&'a str, usize>,
    columns: FxHashMap<&'a str, usize>,
}

impl<'a> Places<'a> {
    /// Refuses a house with a wrong weight, a reference to nothing or something that is there twice.
    pub(super) fn check(house: &'a House) -> Result<Self, HouseError> {
        let rows = ids("rows", house.rows.iter().map(|row| row.id.as_str()))?;
        let columns = ids("columns", house.columns.iter().map(|column| column.id.as_str()))?;
        for (at, row) in house.rows.iter().enumerate() {
            if !(row.weight.is_finite() && row.weight >= 0.0) {
                return Err(HouseError::Weight { place: format!("rows[{at}].weight"), value: row.weight });
            }
        }
        let places = Self { rows, columns };
        places.check_relations(&house.relations)?;
        places.check_roof(&house.roof)?;
        Ok(places)
    }

    pub(super) fn column(&self, id: &str) -> Option<usize> {
        self.columns.get(id.trim()).copied()
    }

    fn check_relations(&self, relations: &[Relation]) -> Result<(), HouseError> {
        let mut seen = FxHashSet::default();
        for (at, Relation { row, column, .. }) in relations.iter().enumerate() {
            let place = |field: &str| format!("relations[{at}].{field}");
            let row_at = known(&self.rows, row, "row", || place("row"))?;
            let column_at = known(&self.columns, column, "column", || place("column"))?;
            if !seen.insert((row_at, column_at)) {
                let (a, b) = (row.clone(), column.clone());
                return Err(HouseError::Repeated { place: format!("relations[{at}]"), a, b });
            }
        }
        Ok(())
    }

    fn check_roof(&self, roof: &[Roof]) -> Result<(), HouseError> {
        let mut seen = FxHashSet::default();
        for (at, Roof { a, b, value }) in roof.iter().enumerate() {
            let place = |field: &str| format!("roof[{at}].{field}");
            let a_at = known(&self.columns, a, "column", || place("a"))?;
            let b_at = known(&self.columns, b, "column", || place("b"))?;
            if a_at == b_at {
                return Err(HouseError::Itself { place: format!("roof[{at}]"), id: a.clone() });
            }
            if !seen.insert((a_at.min(b_at), a_at.max(b_at))) {
                let (a, b) = (a.clone(), b.clone());
                return Err(HouseError::Repeated { place: format!("roof[{at}]"), a, b });
            }
            let number = value.number();
            // NaN lies in no range.
            if !(-1.0..=1.0).contains(&number) || number.abs() < f64::MIN_POSITIVE {
                return Err(HouseError::RoofValue { place: place("value") });
            }
        }
        Ok(())
    }

    /// The strengths by row and column, 0 where there is no relation.
    pub(super) fn strengths(&self, house: &House) -> Vec<Vec<f64>> {
        let mut strengths = vec![vec![0.0; house.columns.len()]; house.rows.len()];
        for relation in &house.relations {
            let row = self.rows.get(relation.row.trim());
            if let Some((row, column)) = row.zip(self.columns.get(relation.column.trim())) {
                strengths[*row][*column] = house.scale.worth(relation.strength);
            }
        }
        strengths
    }

    /// What characteristics do to each other: symmetric, 1 on the diagonal.
    pub(super) fn roof(&self, house: &House) -> Vec<Vec<f64>> {
        let columns = house.columns.len();
        let mut roof = vec![vec![0.0; columns]; columns];
        for (at, row) in roof.iter_mut().enumerate() {
            row[at] = 1.0;
        }
        for Roof { a, b, value } in &house.roof {
            if let Some((a, b)) = self.column(a).zip(self.column(b)) {
                roof[a][b] = value.number();
                roof[b][a] = value.number();
            }
        }
        roof
    }
}

fn ids<'a>(
    what: &'static str,
    ids: impl Iterator<Item = &'a str>,
) -> Result<FxHashMap<&'a str, usize>, HouseError> {
    let mut places = FxHashMap::default();
    for (at, id) in ids.map(str::trim).enumerate() {
        let place = || format!("{what}[{at}].id");
        if id.is_empty() {
            return Err(HouseError::Unnamed { place: place() });
        }
        if places.insert(id, at).is_some() {
            return Err(HouseError::Duplicate { place: place(), id: id.to_owned() });
        }
    }
    if places.is_empty() { Err(HouseError::Empty { place: what }) } else { Ok(places) }
}

fn known(
    places: &FxHashMap<&str, usize>,
    id: &str,
    kind: &'static str,
    place: impl FnOnce() -> String,
) -> Result<usize, HouseError> {
    places.get(id.trim()).copied().ok_or_else(|| HouseError::Unknown {
        place: place(),
        kind,
        id: id.to_owned(),
    })
}
