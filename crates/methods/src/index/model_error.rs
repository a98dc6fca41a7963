/// Why a text is no model, and on which of its lines.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {fault}")]
pub struct ModelError {
    pub line: usize,
    pub fault: ModelFault,
}

/// What is wrong with a model.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ModelFault {
    #[error("{0}")]
    Syntax(String),
    #[error("a model needs two latent variables or more, each a [[latent]]")]
    TooFewLatents,
    #[error("a latent variable has no name")]
    NoName,
    #[error("the latent variable {0} is there twice")]
    LatentTwice(String),
    #[error("the latent variable {0} has no indicators")]
    NoIndicators(String),
    #[error("the indicator {0} is there twice; it can show one latent variable only")]
    IndicatorTwice(String),
    #[error("a scale goes from its lowest to its highest answer, such as [1, 10]")]
    Scale,
    #[error("there is no latent variable {0}")]
    UnknownLatent(String),
    #[error("the path from {0} to {1} is there twice")]
    PathTwice(String, String),
    #[error("the path from {0} to {1} closes a loop; causes must not come back to themselves")]
    Loop(String, String),
    #[error("no path leads to or from the latent variable {0}")]
    Alone(String),
}
