use serde::Serialize;
use ting_methods::delight::{Settings, State, Total, Verdict};

use super::{Judged, reading::Reading};
use crate::{commands::method::named::Named, error::CliError};

/// All occasions of one customer as if they were one.
#[derive(Debug, Serialize)]
pub struct Customer {
    #[serde(rename = "customer")]
    name: String,
    n: u64,
    /// Perceived / expected, of weighted sums.
    ratio: Option<f64>,
    /// The mean.
    esteem: Option<f64>,
    #[serde(flatten)]
    pub(super) verdict: Judged,
}

impl Customer {
    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn n(&self) -> u64 {
        self.n
    }

    pub fn ratio(&self) -> Option<f64> {
        self.ratio
    }
}

/// The customers of a file, the worst off first; none when it does not say who they are.
pub fn total(
    reading: &Reading,
    verdicts: &[Option<Verdict>],
    settings: &Settings,
) -> Result<Option<Vec<Customer>>, CliError> {
    if !reading.has_customers {
        return Ok(None);
    }
    let mut totals = Named::new();
    for ((occasion, line), verdict) in reading.occasions.iter().zip(&reading.lines).zip(verdicts) {
        let Some(name) = &occasion.customer else { continue };
        let added = totals.of(name, Total::default).add(&occasion.needs, *verdict, line.rating.as_ref());
        added.map_err(anyhow::Error::from)?;
    }
    let mut customers = Vec::with_capacity(totals.len());
    for (name, total) in totals.sorted() {
        let needs = total.needs(settings);
        let verdict = total.verdict(settings).map_err(anyhow::Error::from)?.into();
        customers.push(Customer { name, n: total.n(), ratio: needs.ratio, esteem: needs.esteem, verdict });
    }
    customers.sort_by_key(|customer| customer.verdict.state.map_or(State::ALL.len(), |state| state as usize));
    Ok(Some(customers))
}
