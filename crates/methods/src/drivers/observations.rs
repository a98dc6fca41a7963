use super::MOST_DRIVERS;
use crate::stats::Rows;

/// Ratings of drivers and the outcome beside them, row by row.
#[derive(Debug, Clone, PartialEq)]
pub struct Observations {
    names: Vec<String>,
    outcome: String,
    /// Row after row, the outcome last.
    cells: Vec<f64>,
    left_out: usize,
}

/// Why nothing can be said of drivers.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DriversError {
    #[error("there are no drivers")]
    NoDrivers,
    #[error(
        "{found} drivers are more than the {MOST_DRIVERS} that can be weighed in every order; name fewer"
    )]
    TooManyDrivers { found: usize },
    #[error("the row has {found} values where {expected} are expected")]
    Width { expected: usize, found: usize },
    #[error("a value of {name} is no finite number")]
    NotFinite { name: String },
    #[error("{rows} whole rows are too few; with so many drivers at least {needed} are needed")]
    TooFewRows { rows: usize, needed: usize },
    #[error("all values of {name} are the same, so nothing can go with them")]
    Constant { name: String },
    #[error("the values of {name} are too large or too close together to reckon with")]
    TooLarge { name: String },
    #[error(
        "{name} is a combination of the drivers before it (collinear), so their shares cannot be told apart; leave one out"
    )]
    Dependent { name: String },
}

impl Observations {
    /// No rows yet.
    pub fn new(drivers: Vec<String>, outcome: String) -> Result<Self, DriversError> {
        match drivers.len() {
            0 => Err(DriversError::NoDrivers),
            found if found > MOST_DRIVERS => Err(DriversError::TooManyDrivers { found }),
            _ => Ok(Self { names: drivers, outcome, cells: Vec::new(), left_out: 0 }),
        }
    }

    /// Takes a row: a value for each driver, then the outcome. A row with a gap is left out and counted.
    pub fn push(&mut self, row: &[Option<f64>]) -> Result<(), DriversError> {
        let expected = self.names.len() + 1;
        if row.len() != expected {
            return Err(DriversError::Width { expected, found: row.len() });
        }
        for (at, value) in row.iter().enumerate() {
            if value.is_some_and(|value| !value.is_finite()) {
                return Err(DriversError::NotFinite { name: self.name(at).to_owned() });
            }
        }
        if row.iter().all(Option::is_some) {
            self.cells.extend(row.iter().flatten());
        } else {
            self.left_out += 1;
        }
        Ok(())
    }

    pub fn drivers(&self) -> &[String] {
        &self.names
    }

    pub fn outcome(&self) -> &str {
        &self.outcome
    }

    /// Rows left out because a value was missing.
    pub fn left_out(&self) -> usize {
        self.left_out
    }

    pub(super) fn rows(&self) -> Rows {
        Rows::new(self.names.len() + 1, self.cells.clone())
    }

    /// The name of a column; the outcome is the last.
    pub(super) fn name(&self, at: usize) -> &str {
        self.names.get(at).map_or(&self.outcome, String::as_str)
    }
}
