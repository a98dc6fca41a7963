//! Themes as an analyst puts them on a wall: large ones as headings, the others below them, with words customers used.

use ting_methods::text::{Diff, Level, Theme};

use super::Answer;
use crate::output::{Cell, Column as Head, Table};

/// Moves that a preview lists; the JSON has all.
const MOVES: usize = 20;

pub fn tables(answer: &Answer, level: u8) -> Vec<Table> {
    let mut wall = Table::list(
        &[Head::right("id"), Head::right("cards"), Head::text("theme"), Head::text("words")],
        "no themes: too few comments say something alike",
    )
    .foot(foot(answer));
    for theme in ordered(&answer.themes) {
        let number = u8::from(theme.level);
        if number <= level {
            wall.row(row(theme, if level == 1 { 0 } else { number }));
        }
    }
    let mut tables = vec![wall, quotes(answer)];
    if let Some(diff) = &answer.diff {
        tables.push(changes(diff));
    }
    tables
}

/// What the customer nearest to the middle of each middle theme said.
fn quotes(answer: &Answer) -> Table {
    let mut table =
        Table::list(&[Head::right("id"), Head::text("in a customer's words")], "nothing to quote");
    for theme in ordered(&answer.themes).into_iter().filter(|theme| theme.level == Level::Middle) {
        if let Some(quote) = theme.quotes.first() {
            table.row(vec![theme.key.to_string().into(), quote.text.as_str().into()]);
        }
    }
    table
}

pub fn preview(answer: &Answer) -> Vec<Table> {
    let Some(diff) = &answer.diff else { return Vec::new() };
    let label = |theme: Option<u32>| {
        let known = || answer.themes.iter().chain(&answer.before);
        let named = theme.and_then(|key| known().find(|theme| theme.key == key));
        match (theme, named) {
            (None, _) => "parked".to_owned(),
            (Some(key), None) => format!("{key}"),
            (Some(key), Some(theme)) => format!("{key} {}", theme.label),
        }
    };
    let mut moves =
        Table::list(&[Head::left("card"), Head::text("from"), Head::text("to")], "no card would move");
    for change in diff.moved.iter().take(MOVES) {
        moves.row(vec![change.id.as_str().into(), label(change.from).into(), label(change.to).into()]);
    }
    if diff.moved.len() > MOVES {
        moves = moves.foot(format!("and {} more; --format json has all", diff.moved.len() - MOVES));
    }
    vec![changes(diff), moves]
}

fn changes(diff: &Diff) -> Table {
    let list = |themes: &[u32]| themes.iter().map(u32::to_string).collect::<Vec<_>>().join(" ");
    let counted = |themes: &[u32]| match themes.len() {
        0 => "0".to_owned(),
        count => format!("{count} ({})", list(themes)),
    };
    Table::details(vec![
        ("cards that stay", diff.stayed.to_string().into()),
        ("cards that move", diff.moved.len().to_string().into()),
        ("cards that are new", diff.arrived.to_string().into()),
        ("cards that are gone", diff.left.to_string().into()),
        ("new themes", counted(&diff.new_themes).into()),
        ("ended themes", counted(&diff.ended_themes).into()),
    ])
}

/// Every large theme by size, the middle ones below it, the small ones below those; last what hangs nowhere.
fn ordered(themes: &[Theme]) -> Vec<&Theme> {
    let below = |parent: Option<u32>, level: Level| {
        let mut found: Vec<&Theme> =
            themes.iter().filter(|theme| theme.parent == parent && theme.level == level).collect();
        found.sort_by(|a, b| b.size.cmp(&a.size).then(a.key.cmp(&b.key)));
        found
    };
    let with_small = |middle: &'_ Theme| {
        let mut all = vec![middle.key];
        all.extend(below(Some(middle.key), Level::Small).iter().map(|theme| theme.key));
        all
    };
    let mut keys: Vec<u32> = Vec::new();
    for large in below(None, Level::Large) {
        keys.push(large.key);
        keys.extend(below(Some(large.key), Level::Middle).into_iter().flat_map(with_small));
    }
    keys.extend(below(None, Level::Middle).into_iter().flat_map(with_small));
    keys.into_iter().filter_map(|key| themes.iter().find(|theme| theme.key == key)).collect()
}

fn row(theme: &Theme, depth: u8) -> Vec<Cell> {
    let mark = match (theme.locked, theme.named) {
        (true, _) => " (locked)",
        (false, true) => " (named)",
        (false, false) => "",
    };
    let indent = "  ".repeat(usize::from(depth.saturating_sub(1)));
    let label = format!("{indent}{}{mark}", theme.label);
    vec![
        theme.key.to_string().into(),
        theme.size.to_string().into(),
        if depth == 1 { Cell::good(label) } else { label.into() },
        theme.terms.join(" ").into(),
    ]
}

fn foot(answer: &Answer) -> String {
    let cards = answer.assignments.len();
    let folded: usize = answer.duplicates.iter().map(|group| group.folded.len()).sum();
    let language = &answer.language;
    let mut lines = vec![format!(
        "{} comments, {cards} cards ({} Chinese, {} English, {} other): {} parked, {folded} said before in nearly the same words",
        answer.comments, language.chinese, language.english, language.other, answer.parked
    )];
    if answer.fitted < answer.comments {
        lines.push(format!(
            "themes, languages and repetitions are of a sample of {} comments; the others were placed in its themes",
            answer.fitted
        ));
    }
    for unused in &answer.unused_corrections {
        lines.push(format!("correction {} was not used: {}", unused.correction, unused.message));
    }
    lines.join("\n")
}
