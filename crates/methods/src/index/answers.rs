use super::Model;

/// The rows of a survey in the order of [`Model::indicators`].
#[derive(Debug, Clone, PartialEq)]
pub struct Answers {
    pub(super) width: usize,
    /// Row after row; what was not answered is no number.
    pub(super) cells: Vec<f64>,
}

/// Why a survey gives no index.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IndexError {
    #[error("the row has {found} answers where the model has {expected} indicators")]
    Width { expected: usize, found: usize },
    #[error("an answer to {indicator} is no finite number")]
    NotFinite { indicator: String },
    #[error("{rows} rows are too few; at least {needed} are needed")]
    TooFewRows { rows: usize, needed: usize },
    #[error("nobody answered {indicator}")]
    NobodyAnswered { indicator: String },
    #[error("all answers to {indicator} are the same, so nothing can go with them")]
    Constant { indicator: String },
    #[error("the answers to {indicator} are too large or too close together to reckon with")]
    TooLarge { indicator: String },
    #[error(
        "the indicators of {latent} depend on each other (collinear from {indicator} on), which mode B cannot weigh apart"
    )]
    DependentIndicators { latent: String, indicator: String },
    #[error(
        "the causes of {latent} depend on each other (collinear from {cause} on), so their paths cannot be told apart"
    )]
    DependentCauses { latent: String, cause: String },
    #[error("the score of {latent} does not vary: its indicators cancel out or go with nothing beside it")]
    NoScore { latent: String },
    #[error("the weights did not settle in {rounds} rounds; another scheme may help")]
    NotSettled { rounds: u64 },
}

impl Answers {
    /// No rows yet.
    pub fn new(model: &Model) -> Self {
        Self { width: model.indicators().count(), cells: Vec::new() }
    }

    /// Takes a row; none is a question that was not answered.
    pub fn push(&mut self, model: &Model, row: &[Option<f64>]) -> Result<(), IndexError> {
        if row.len() != self.width {
            return Err(IndexError::Width { expected: self.width, found: row.len() });
        }
        for (answer, indicator) in row.iter().zip(model.indicators()) {
            if answer.is_some_and(|answer| !answer.is_finite()) {
                return Err(IndexError::NotFinite { indicator: indicator.to_owned() });
            }
        }
        self.cells.extend(row.iter().map(|answer| answer.unwrap_or(f64::NAN)));
        Ok(())
    }

    /// Rows taken so far.
    pub fn rows(&self) -> usize {
        self.cells.len() / self.width.max(1)
    }
}
