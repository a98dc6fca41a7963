use std::collections::BTreeSet;

use super::catalogue::Catalogue;

/// A PromQL expression and where it stands.
#[derive(Debug, Clone)]
pub struct Expression {
    pub place: String,
    pub text: String,
}

/// What an expression asks for: metrics with the labels they are chosen by, and the labels it sums by.
#[derive(Debug, Default, PartialEq, Eq)]
struct Asked {
    metrics: Vec<(String, BTreeSet<String>)>,
    grouped_by: BTreeSet<String>,
}

impl Expression {
    /// What it asks for that no service shows. Whether it can be parsed is promtool's to say.
    pub fn faults(&self, catalogue: &Catalogue) -> Vec<String> {
        let asked = read(&self.text);
        let mut faults: Vec<String> =
            asked.metrics.iter().filter_map(|(metric, labels)| catalogue.fault(metric, labels)).collect();
        if asked.metrics.is_empty() {
            faults.push("it asks for no metric".to_owned());
        }
        let unknown = asked.grouped_by.iter().filter(|label| !catalogue.knows_label(label));
        faults.extend(unknown.map(|label| format!("no metric has the label {label}")));
        faults.into_iter().map(|fault| format!("{}: {fault}", self.place)).collect()
    }

    /// As Prometheus takes it, without the variables of Grafana.
    pub fn plain(&self) -> String {
        self.text.replace("$__rate_interval", "5m")
    }
}

fn read(text: &str) -> Asked {
    let mut asked = Asked::default();
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c.is_ascii_alphabetic() || c == '"') {
        let from = &rest[start..];
        if let Some(quoted) = from.strip_prefix('"') {
            rest = quoted.split_once('"').map_or("", |(_, after)| after);
            continue;
        }
        let end = from.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(from.len());
        let (word, after) = from.split_at(end);
        rest = after;
        if matches!(word, "by" | "without" | "on" | "ignoring") {
            let (labels, after) = inside(after, '(', ')');
            asked.grouped_by.extend(labels.split(',').map(|label| label.trim().to_owned()));
            rest = after;
        } else if word == "up"
            || word == "ALERTS"
            || word.starts_with("ting_")
            || word.starts_with("process_")
        {
            let (matchers, after) =
                if after.starts_with('{') { inside(after, '{', '}') } else { ("", after) };
            asked.metrics.push((word.to_owned(), matched(matchers)));
            rest = after;
        }
    }
    asked
}

/// What stands between the next pair of these, and what comes after it.
fn inside(text: &str, open: char, close: char) -> (&str, &str) {
    let inner = text.split_once(open).map_or("", |(_, inner)| inner);
    inner.split_once(close).unwrap_or((inner, ""))
}

/// The names of labels in `code=~"A|B", service="intake"`.
fn matched(matchers: &str) -> BTreeSet<String> {
    let (mut labels, mut quoted) = (BTreeSet::new(), false);
    for part in matchers.split('"') {
        if !quoted {
            let name = part.trim_matches(|c: char| c.is_whitespace() || ",=!~".contains(c));
            labels.extend((!name.is_empty()).then(|| name.to_owned()));
        }
        quoted = !quoted;
    }
    labels
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Asked, read};

    fn set(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn metrics_matchers_and_groups_are_found_and_words_of_the_language_are_not() {
        let text = r#"histogram_quantile(0.95, sum by (service, le) (rate(ting_a_bucket{job="ting", m!~".*/(X|up)"}[5m]))) > 1
            and on (service) up == 0"#;
        let expected = Asked {
            metrics: vec![
                ("ting_a_bucket".to_owned(), set(&["job", "m"])),
                ("up".to_owned(), BTreeSet::new()),
            ],
            grouped_by: set(&["service", "le"]),
        };
        assert_eq!(read(text), expected);
    }
}
