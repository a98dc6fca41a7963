//! Findings as tables for people.

use ting_methods::interval::Interval;
use ting_methods::kano::{Category, Continuous, Findings, Requirement, Warning};

use crate::output::{Cell, Column as Head, Table};

/// What the requirements are, how customers feel about them in numbers, and what to know before acting.
pub fn tables(findings: &Findings, split: bool) -> Vec<Table> {
    let mut tables = vec![categories(findings, split), means(findings, split)];
    if findings.requirements.iter().any(|found| !found.warnings.is_empty()) {
        tables.push(notes(findings, split));
    }
    tables
}

fn categories(findings: &Findings, split: bool) -> Table {
    let mut columns = names(split);
    columns.extend(["n", "M", "O", "A", "I", "R", "Q"].map(Head::right));
    columns.extend([Head::left("class"), Head::right("better"), Head::right("worse")]);
    let mut table = Table::list(&columns, "nobody answered").foot(foot(findings));
    for found in &findings.requirements {
        let counts = &found.counts;
        let mut cells = named(found, split);
        cells.push(count(found.n));
        cells.extend([counts.m, counts.o, counts.a, counts.i, counts.r, counts.q].map(count));
        cells.push(class(found));
        cells.push(share(found.better, found.better_interval).into());
        cells.push(share(found.worse, found.worse_interval).into());
        table.row(cells);
    }
    table
}

fn foot(findings: &Findings) -> String {
    let percent =
        |share: Option<f64>| share.map_or_else(|| "–".to_owned(), |share| format!("{:.0} %", share * 100.0));
    let same = &findings.straight_lining;
    format!(
        "M must-be, O one-dimensional, A attractive, I indifferent, R reverse, Q questionable; M/O: mixed\n\
         better, worse: % of those classified M, O, A or I, with 95 % Wilson interval\n\
         {} respondents, {} pairs; half pairs dropped {}; contradictory {}; same pair throughout {}",
        findings.respondents,
        findings.answers,
        findings.dropped,
        percent(findings.questionable_share),
        match same.count {
            0 => "nobody".to_owned(),
            count => format!("{count} ({})", percent(same.share)),
        },
    )
}

fn means(findings: &Findings, split: bool) -> Table {
    let mut columns = names(split);
    columns
        .extend(["func (sd)", "dysf (sd)", "weight", "w func", "w dysf", "total", "lead"].map(Head::right));
    columns.push(Head::left("plane"));
    let mut table = Table::list(&columns, "").foot(
        "func, dysf: mean answers from −2 to 4; weight: mean importance; w: means weighted by it\n\
         total: share of M, O, A; lead: of the first class; plane: quadrant of means / of better and worse",
    );
    for found in &findings.requirements {
        let Continuous { functional, functional_sd, dysfunctional, dysfunctional_sd, .. } = found.continuous;
        let mut cells = named(found, split);
        cells.extend([
            spread(functional, functional_sd).into(),
            spread(dysfunctional, dysfunctional_sd).into(),
            decimal(found.continuous.importance, 1).into(),
            decimal(found.continuous.functional_weighted, 2).into(),
            decimal(found.continuous.dysfunctional_weighted, 2).into(),
            decimal(found.total_strength, 2).into(),
            decimal(found.category_strength, 2).into(),
            format!("{} / {}", letter(found.continuous.quadrant), letter(found.quadrant)).into(),
        ]);
        table.row(cells);
    }
    table
}

fn notes(findings: &Findings, split: bool) -> Table {
    let mut columns = names(split);
    columns.push(Head::text("know before you act"));
    let mut table = Table::list(&columns, "");
    for found in &findings.requirements {
        for warning in &found.warnings {
            let mut cells = named(found, split);
            cells.push(Cell::warning(words(found, *warning)));
            table.row(cells);
        }
    }
    table
}

fn words(found: &Requirement, warning: Warning) -> String {
    match warning {
        Warning::Directional => format!("only {} pairs: a direction, no more", found.n),
        Warning::Misunderstood => {
            format!("{} of {} pairs contradict themselves: is the question misread?", found.counts.q, found.n)
        }
        Warning::Mixed => found.fong.map_or_else(String::new, |fong| {
            let [first, second] = fong.leading.map(Category::letter);
            format!(
                "{first} and {second} are not told apart ({} < {:.1}); split by segment",
                fong.difference, fong.threshold
            )
        }),
        Warning::RulesDisagree => {
            let rules = &found.rules;
            let [mode, near, blauth] = [rules.mode, rules.near_tie, rules.blauth].map(Category::letter);
            format!("the rules differ: mode {mode}, near-tie {near}, Blauth {blauth}")
        }
        Warning::Reverse => {
            let opposite = found.opposite.map_or("unclassified", Category::name);
            format!("its presence displeases; its absence is {opposite}: ask again")
        }
    }
}

fn names(split: bool) -> Vec<Head> {
    let mut columns = vec![Head::text("requirement")];
    if split {
        columns.push(Head::text("segment"));
    }
    columns
}

fn named(found: &Requirement, split: bool) -> Vec<Cell> {
    let mut cells: Vec<Cell> = vec![found.requirement.clone().into()];
    if split {
        let segment = found.segment.clone().filter(|segment| !segment.is_empty());
        cells.push(segment.unwrap_or_else(|| "(none)".to_owned()).into());
    }
    cells
}

/// `M`, or `M/O` where the test does not tell the leading two apart.
fn class(found: &Requirement) -> Cell {
    let own = found.category.letter();
    let mixed = found.fong.filter(|fong| !fong.significant && fong.leading.contains(&found.category));
    let other = mixed.and_then(|fong| fong.leading.into_iter().find(|other| *other != found.category));
    match (found.category, other) {
        (Category::Unclassified, _) => Cell::faint(own),
        (_, Some(other)) => Cell::warning(format!("{own}/{}", other.letter())),
        _ => Cell::new(own),
    }
}

fn count(number: u64) -> Cell {
    number.to_string().into()
}

fn letter(category: Option<Category>) -> &'static str {
    category.map_or("–", Category::letter)
}

/// `57 (51–62)`, both ends by their size where the share is negative.
fn share(value: Option<f64>, interval: Option<Interval>) -> String {
    let percent = |value: f64| format!("{:.0}", value.abs() * 100.0);
    let Some((value, interval)) = value.zip(interval) else { return "–".to_owned() };
    let sign = if value < 0.0 { "−" } else { "" };
    let (mut near, mut far) = (interval.lower.abs(), interval.upper.abs());
    if near > far {
        std::mem::swap(&mut near, &mut far);
    }
    format!("{sign}{} ({}–{})", percent(value), percent(near), percent(far))
}

fn spread(mean: Option<f64>, deviation: Option<f64>) -> String {
    match (mean, deviation) {
        (Some(mean), Some(deviation)) => format!("{} ({deviation:.2})", decimal(Some(mean), 2)),
        (mean, _) => decimal(mean, 2),
    }
}

fn decimal(value: Option<f64>, decimals: usize) -> String {
    value.map_or_else(|| "–".to_owned(), |value| format!("{value:.decimals$}").replace('-', "−"))
}
