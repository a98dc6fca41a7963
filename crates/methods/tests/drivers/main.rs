//! Drivers of satisfaction against figures from elsewhere, and the laws they keep.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod golden;
mod hostile;
mod laws;

use ting_methods::drivers::{Drivers, DriversError, Observations, Options, drivers};

/// Weighs drivers of rows whose last value is the outcome.
fn weigh(names: &[&str], rows: &[Vec<f64>], options: &Options) -> Result<Drivers, DriversError> {
    let names = names.iter().map(|name| (*name).to_owned()).collect();
    let mut observations = Observations::new(names, "y".to_owned())?;
    for row in rows {
        observations.push(&row.iter().copied().map(Some).collect::<Vec<_>>())?;
    }
    drivers(&observations, options, &|_| {})
}
