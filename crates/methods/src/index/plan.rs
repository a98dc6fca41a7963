use std::ops::Range;

use super::{IndexError, Mode, Model};

/// A model as the arithmetic sees it: places instead of names.
#[derive(Debug, Clone)]
pub(super) struct Plan {
    /// The indicators of each latent variable.
    pub blocks: Vec<Range<usize>>,
    pub formative: Vec<bool>,
    /// The causes of each latent variable, in the order of the model's latent variables.
    pub causes: Vec<Vec<usize>>,
    /// What each latent variable causes.
    pub effects: Vec<Vec<usize>>,
    /// Latent variables, causes first.
    pub order: Vec<usize>,
    /// Pairs of latent variables, cause first, that a way of paths joins.
    pub joined: Vec<(usize, usize)>,
    /// Paths in the order of the model, from and to.
    pub paths: Vec<(usize, usize)>,
}

impl Plan {
    pub fn of(model: &Model) -> Self {
        let latents = model.latents().len();
        let mut start = 0;
        let blocks = model.latents().iter().map(|latent| {
            let block = start..start + latent.indicators.len();
            start = block.end;
            block
        });
        let blocks = blocks.collect();
        let (mut causes, mut effects) = (vec![Vec::new(); latents], vec![Vec::new(); latents]);
        for path in model.paths() {
            causes[path.to].push(path.from);
            effects[path.from].push(path.to);
        }
        causes.iter_mut().chain(&mut effects).for_each(|list| list.sort_unstable());
        let depths = model.depths();
        let mut order: Vec<usize> = (0..latents).collect();
        order.sort_by_key(|latent| depths[*latent]);
        Self {
            blocks,
            formative: model.latents().iter().map(|latent| latent.mode == Mode::B).collect(),
            joined: joined(&order, &causes),
            causes,
            effects,
            order,
            paths: model.paths().iter().map(|path| (path.from, path.to)).collect(),
        }
    }

    pub fn latents(&self) -> usize {
        self.blocks.len()
    }

    pub fn indicators(&self) -> usize {
        self.blocks.last().map_or(0, |block| block.end)
    }

    /// The latent variable that an indicator shows.
    pub fn latent_of(&self, indicator: usize) -> usize {
        self.blocks.partition_point(|block| block.end <= indicator)
    }
}

fn joined(order: &[usize], causes: &[Vec<usize>]) -> Vec<(usize, usize)> {
    let mut behind: Vec<Vec<bool>> = vec![vec![false; causes.len()]; causes.len()];
    for latent in order {
        for cause in &causes[*latent] {
            let farther = behind[*cause].clone();
            let own = &mut behind[*latent];
            own.iter_mut().zip(farther).for_each(|(own, farther)| *own |= farther);
            own[*cause] = true;
        }
    }
    let pairs = |from: usize| (0..causes.len()).map(move |to| (from, to));
    (0..causes.len()).flat_map(pairs).filter(|(from, to)| behind[*to][*from]).collect()
}

/// What can go wrong with numbers, by place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    Constant { indicator: usize },
    DependentIndicators { indicator: usize },
    DependentCauses { latent: usize, cause: usize },
    NoScore { latent: usize },
    NotSettled { rounds: u64 },
}

impl Fault {
    /// The same with names.
    pub fn named(self, model: &Model, plan: &Plan) -> IndexError {
        let latent = |at: usize| model.latents()[at].name.clone();
        let indicator = |at: usize| model.indicators().nth(at).unwrap_or_default().to_owned();
        match self {
            Self::Constant { indicator: at } => IndexError::Constant { indicator: indicator(at) },
            Self::DependentIndicators { indicator: at } => IndexError::DependentIndicators {
                latent: latent(plan.latent_of(at)),
                indicator: indicator(at),
            },
            Self::DependentCauses { latent: to, cause } => {
                IndexError::DependentCauses { latent: latent(to), cause: latent(cause) }
            }
            Self::NoScore { latent: at } => IndexError::NoScore { latent: latent(at) },
            Self::NotSettled { rounds } => IndexError::NotSettled { rounds },
        }
    }
}
