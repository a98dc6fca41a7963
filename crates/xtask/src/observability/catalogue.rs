use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

use anyhow::{Context as _, ensure};

use crate::run::root;

const PAGE: &str = "docs/operating/telemetry.md";
/// What Prometheus itself adds: of targets, of histograms, of alerts.
const OF_PROMETHEUS: [&str; 7] = ["job", "instance", "service", "le", "alertname", "alertstate", "severity"];

/// Every metric there is, with its labels.
pub struct Catalogue(BTreeMap<String, BTreeSet<String>>);

impl Catalogue {
    /// Reads the table of docs/operating/telemetry.md. A histogram counts under the names of its series.
    pub fn read() -> anyhow::Result<Self> {
        let page = fs::read_to_string(root().join(PAGE)).with_context(|| format!("reading {PAGE}"))?;
        let catalogue = Self::parse(&page);
        ensure!(catalogue.0.len() > 30, "the table of metrics in {PAGE} cannot be read");
        Ok(catalogue)
    }

    fn parse(page: &str) -> Self {
        let mut metrics =
            BTreeMap::from([("up".to_owned(), BTreeSet::new()), ("ALERTS".to_owned(), BTreeSet::new())]);
        for line in page.lines().filter(|line| line.starts_with("| `")) {
            let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
            let [name, kind, labels, ..] = cells[..] else { continue };
            let labels: BTreeSet<String> = labels
                .split(", ")
                .map(|label| label.trim_matches('`').to_owned())
                .filter(|label| !label.is_empty())
                .collect();
            let endings: &[&str] = if kind == "histogram" { &["_bucket", "_count", "_sum"] } else { &[""] };
            for ending in endings {
                metrics.insert(format!("{}{ending}", name.trim_matches('`')), labels.clone());
            }
        }
        Self(metrics)
    }

    /// Says what is wrong with a metric that is used with these labels.
    pub fn fault(&self, metric: &str, labels: &BTreeSet<String>) -> Option<String> {
        let Some(known) = self.0.get(metric) else {
            return Some(format!("no service shows {metric}"));
        };
        let unknown: Vec<&str> = labels
            .iter()
            .filter(|label| !known.contains(*label) && !OF_PROMETHEUS.contains(&label.as_str()))
            .map(String::as_str)
            .collect();
        (!unknown.is_empty()).then(|| format!("{metric} has no label {}", unknown.join(", ")))
    }

    /// Tells whether any metric has this label.
    pub fn knows_label(&self, label: &str) -> bool {
        OF_PROMETHEUS.contains(&label) || self.0.values().any(|labels| labels.contains(label))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::Catalogue;

    const PAGE: &str = "| `a_seconds` | histogram | `code`, `method` | all | sum | How long. |\n\
                        | `b` | gauge | | all | max | How many. |\n";

    #[test]
    fn a_histogram_is_known_by_its_series_and_a_label_by_its_metric() {
        let catalogue = Catalogue::parse(PAGE);
        let labels = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>();
        assert_eq!(catalogue.fault("a_seconds_bucket", &labels(&["le", "code", "service"])), None);
        assert!(catalogue.fault("a_seconds", &labels(&[])).is_some());
        assert_eq!(catalogue.fault("b", &labels(&["code"])).unwrap(), "b has no label code");
        assert!(catalogue.knows_label("method") && !catalogue.knows_label("workspace"));
    }
}
