use crate::fault::StoreError;

/// Why facts could not be applied, and therefore what becomes of them.
#[derive(Debug, thiserror::Error)]
pub enum HandlerError {
    /// The fact itself is at fault: it is parked at once, and the later ones of its aggregate with it.
    #[error("the fact cannot be applied: {0}")]
    Poison(String),
    /// The store or a service is away: everything is tried again later, however often it takes.
    #[error("the store is away")]
    Away(#[source] StoreError),
    /// Nobody knows: tried again a few times, then parked.
    #[error("{0}")]
    Unknown(String),
}

impl HandlerError {
    /// Wraps whatever a use case failed with; tried again a few times, then parked.
    pub fn unknown(error: &(dyn std::error::Error + 'static)) -> Self {
        let mut text = error.to_string();
        let mut source = error.source();
        while let Some(cause) = source {
            text = format!("{text}: {cause}");
            source = cause.source();
        }
        Self::Unknown(text)
    }
}

impl From<sqlx::Error> for HandlerError {
    fn from(error: sqlx::Error) -> Self {
        // What the database refuses (a constraint, a value out of range) it will refuse again.
        let refused = matches!(&error, sqlx::Error::Database(refusal) if refusal.code().is_some_and(|code| code.starts_with("22") || code.starts_with("23")));
        if refused {
            return Self::Poison(error.to_string());
        }
        // Statements are ours, not the event's: when they do not fit the schema, the role or the server, the service is at fault, and
        // the events wait until it has been put right.
        let ours = |code: &str| {
            ["0A", "25", "28", "3D", "42", "58", "XX"].iter().any(|class| code.starts_with(class))
        };
        if matches!(&error, sqlx::Error::Database(refusal) if refusal.code().is_some_and(|code| ours(&code)))
        {
            tracing::error!(error = &error as &dyn std::error::Error, "a statement does not work here");
            return Self::Away(error.into());
        }
        match StoreError::from(error) {
            away if away.is_transient() => Self::Away(away),
            refused => Self::unknown(&refused),
        }
    }
}

impl From<serde_json::Error> for HandlerError {
    fn from(error: serde_json::Error) -> Self {
        Self::Poison(error.to_string())
    }
}
