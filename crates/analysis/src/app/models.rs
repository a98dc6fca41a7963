use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use sqlx::PgConnection;
use ting_methods::text::Model;
use uuid::Uuid;

use crate::{domain::theme::MIDDLE, store};

/// The model of an active run, and the themes behind its keys.
#[derive(Debug)]
pub struct Active {
    run_id: Uuid,
    /// `None` when this version cannot read it: nothing fits then, which soon leads to a new run.
    pub model: Option<Model>,
    themes: HashMap<u32, Lineage>,
}

/// A middle theme and the large one around it.
#[derive(Debug, Clone, Copy)]
pub struct Lineage {
    pub theme_id: Uuid,
    pub parent_id: Option<Uuid>,
}

impl Active {
    /// The theme that the model knows by `key`.
    pub fn theme(&self, key: Option<u32>) -> Option<Lineage> {
        self.themes.get(&key?).copied()
    }
}

/// The models in use, those used last; they are immutable, so nothing here ever goes stale.
#[derive(Debug)]
pub struct Models {
    limit: usize,
    /// The one used last at the end.
    held: Mutex<Vec<Arc<Active>>>,
}

impl Models {
    pub fn new(limit: usize) -> Self {
        Self { limit: limit.max(1), held: Mutex::default() }
    }

    /// The model of a run; `None` without a run, or when another one has just taken its place.
    pub async fn get(
        &self,
        conn: &mut PgConnection,
        workspace: &str,
        run_id: Option<Uuid>,
    ) -> sqlx::Result<Option<Arc<Active>>> {
        let Some(run_id) = run_id else { return Ok(None) };
        if let Some(held) = self.held(run_id) {
            return Ok(Some(held));
        }
        let Some(bytes) = store::model::read(conn, workspace, run_id).await? else { return Ok(None) };
        let mut themes = HashMap::new();
        for theme in store::theme::all(conn, workspace).await? {
            if let (MIDDLE, Ok(key)) = (theme.level, u32::try_from(theme.model_key)) {
                themes.insert(key, Lineage { theme_id: theme.theme_id, parent_id: theme.parent_id });
            }
        }
        let model = super::blocking(move || Model::from_bytes(&bytes)).await;
        let model = model
            .inspect_err(|error| tracing::error!(run.id = %run_id, error = error as &dyn std::error::Error, "model not readable"))
            .ok();
        let active = Arc::new(Active { run_id, model, themes });
        self.keep(&active);
        Ok(Some(active))
    }

    fn held(&self, run_id: Uuid) -> Option<Arc<Active>> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let place = held.iter().position(|active| active.run_id == run_id)?;
        let active = held.remove(place);
        held.push(Arc::clone(&active));
        Some(active)
    }

    fn keep(&self, active: &Arc<Active>) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.retain(|other| other.run_id != active.run_id);
        held.push(Arc::clone(active));
        if held.len() > self.limit {
            held.remove(0);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::HashMap, sync::Arc};

    use uuid::Uuid;

    use super::{Active, Models};

    #[test]
    fn the_models_used_last_stay() {
        let models = Models::new(2);
        for id in [1, 2] {
            models.keep(&Arc::new(Active {
                run_id: Uuid::from_u128(id),
                model: None,
                themes: HashMap::new(),
            }));
        }
        assert!(models.held(Uuid::from_u128(1)).is_some());
        models.keep(&Arc::new(Active { run_id: Uuid::from_u128(3), model: None, themes: HashMap::new() }));
        let there = [1, 2, 3].map(|id| models.held(Uuid::from_u128(id)).is_some());
        assert_eq!(there, [true, false, true]);
    }
}
