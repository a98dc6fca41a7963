use std::{cmp::Reverse, fmt::Write as _};

use anstyle::Style;

use super::cell::{Cell, clean, fit, width};

/// Between columns.
const GAP: usize = 2;
/// No column is cut narrower.
const MIN_COLUMN: usize = 8;

/// What a column is called and how it is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    pub title: &'static str,
    right: bool,
    cut: bool,
    tail: bool,
}

impl Column {
    /// Never cut: ids, times, words.
    pub const fn left(title: &'static str) -> Self {
        Self { title, right: false, cut: false, tail: false }
    }

    /// Numbers.
    pub const fn right(title: &'static str) -> Self {
        Self { title, right: true, cut: false, tail: false }
    }

    /// Cut when the page is narrow.
    pub const fn text(title: &'static str) -> Self {
        Self { title, right: false, cut: true, tail: false }
    }

    /// Ids of which the last group is enough, on a page that has no room for more.
    pub const fn tail(title: &'static str) -> Self {
        Self { title, right: false, cut: false, tail: true }
    }
}

/// Rows under a head, or the fields of one thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    columns: Vec<Column>,
    rows: Vec<Vec<Cell>>,
    /// Fields below each other instead of a row; then there is one row.
    upright: bool,
    empty: &'static str,
    foot: Option<String>,
}

impl Table {
    /// A list; `empty` is said when there is nothing in it.
    pub fn list(columns: &[Column], empty: &'static str) -> Self {
        Self { columns: columns.to_vec(), rows: Vec::new(), upright: false, empty, foot: None }
    }

    /// One thing with its fields.
    pub fn details(fields: Vec<(&'static str, Cell)>) -> Self {
        let (titles, row): (Vec<_>, Vec<_>) = fields.into_iter().unzip();
        let columns = titles.into_iter().map(Column::left).collect();
        Self { columns, rows: vec![row], upright: true, empty: "", foot: None }
    }

    /// Adds a row; it has a cell for every column.
    pub fn row(&mut self, cells: Vec<Cell>) {
        debug_assert_eq!(cells.len(), self.columns.len());
        self.rows.push(cells);
    }

    /// Says something below the table; only people see it.
    #[must_use]
    pub fn foot(mut self, text: impl Into<String>) -> Self {
        self.foot = Some(text.into());
        self
    }

    pub(super) fn titles(&self) -> impl Iterator<Item = &'static str> {
        self.columns.iter().map(|column| column.title)
    }

    pub(super) fn rows(&self) -> &[Vec<Cell>] {
        &self.rows
    }

    /// Sets the table on a page of `page` columns. Styles are ANSI sequences; whoever writes them may take them out.
    pub fn render(&self, page: usize) -> String {
        let mut text = match (self.upright, self.rows.is_empty()) {
            (true, _) => self.fields(),
            (false, true) => format!("{}\n", self.empty),
            (false, false) => self.lines(page),
        };
        if let Some(foot) = &self.foot {
            text.push_str(foot);
            text.push('\n');
        }
        text
    }

    fn fields(&self) -> String {
        let widest = self.titles().map(width).max().unwrap_or_default();
        let bold = Style::new().bold();
        let mut text = String::new();
        for (column, cell) in self.columns.iter().zip(self.rows.iter().flatten()) {
            let Cell { text: value, style } = cell;
            if value.is_empty() {
                let _ = writeln!(text, "{bold}{}{bold:#}", column.title);
                continue;
            }
            let pad = widest - width(column.title);
            // Writing to a String cannot fail.
            let _ =
                writeln!(text, "{bold}{}{bold:#}{:pad$}  {style}{}{style:#}", column.title, "", clean(value));
        }
        text
    }

    fn lines(&self, page: usize) -> String {
        let shown = |row: &Vec<Cell>| row.iter().zip(&self.columns).map(shown).collect();
        let cleaned: Vec<Vec<Cell>> = self.rows.iter().map(shown).collect();
        let widths = self.widths(&cleaned, page);
        let head: Vec<Cell> = self
            .titles()
            .map(|title| Cell { text: title.to_uppercase(), style: Style::new().bold() })
            .collect();
        let mut text = String::new();
        for row in std::iter::once(&head).chain(&cleaned) {
            text.push_str(&self.line(row, &widths));
        }
        text
    }

    fn line(&self, row: &[Cell], widths: &[usize]) -> String {
        let mut line = String::new();
        // Blanks wait until something follows, so that no line ends with them.
        let mut blanks = 0;
        for ((column, cell), columns) in self.columns.iter().zip(row).zip(widths) {
            let style = cell.style;
            let text = fit(&cell.text, *columns);
            let pad = columns - width(&text);
            let (before, after) = if column.right { (pad, 0) } else { (0, pad) };
            blanks += before;
            if !text.is_empty() {
                // Writing to a String cannot fail.
                let _ = write!(line, "{:blanks$}{style}{text}{style:#}", "");
                blanks = 0;
            }
            blanks += after + GAP;
        }
        line.push('\n');
        line
    }

    /// Natural widths, with the widest of the columns that may be cut made narrower until all fits or nothing gives.
    fn widths(&self, rows: &[Vec<Cell>], page: usize) -> Vec<usize> {
        let natural = |(index, column): (usize, &Column)| {
            let cells = rows.iter().map(|row| width(&row[index].text));
            cells.chain([width(column.title)]).max().unwrap_or_default()
        };
        let mut widths: Vec<usize> = self.columns.iter().enumerate().map(natural).collect();
        let gaps = GAP * widths.len().saturating_sub(1);
        while widths.iter().sum::<usize>() + gaps > page {
            let cut = |index: &usize| self.columns[*index].cut && widths[*index] > MIN_COLUMN;
            let Some(index) = (0..widths.len()).filter(cut).min_by_key(|index| Reverse(widths[*index]))
            else {
                break;
            };
            widths[index] -= 1;
        }
        widths
    }
}

fn shown((cell, column): (&Cell, &Column)) -> Cell {
    let text = if column.tail { cell.text.rsplit('-').next().unwrap_or_default() } else { &cell.text };
    Cell { text: clean(text), style: cell.style }
}

#[cfg(test)]
mod tests {
    use anstream::adapter::strip_str;

    use super::{Column, Table};
    use crate::output::{Cell, width};

    fn table() -> Table {
        let mut table =
            Table::list(&[Column::left("id"), Column::text("text"), Column::right("n")], "nothing");
        table.row(vec!["a".into(), "送货准时，谢谢。".into(), 7.into()]);
        table.row(vec!["bb".into(), Cell::bad("on time, thank you"), 1234.into()]);
        table
    }

    #[test]
    fn columns_align_whatever_the_script() {
        let rendered = strip_str(&table().render(100)).to_string();
        assert_eq!(
            rendered,
            "ID  TEXT                   N\n\
             a   送货准时，谢谢。       7\n\
             bb  on time, thank you  1234\n"
        );
        assert!(rendered.lines().all(|line| width(line) == 28));
    }

    #[test]
    fn a_narrow_page_cuts_texts_and_nothing_else() {
        for page in 20..28 {
            let rendered = strip_str(&table().render(page)).to_string();
            assert!(rendered.lines().all(|line| width(line) == page), "{rendered}");
            assert!(rendered.contains("1234") && rendered.contains('…'), "{rendered}");
        }
    }

    #[test]
    fn an_empty_list_says_so_and_details_stand_below_each_other() {
        assert_eq!(Table::list(&[Column::left("id")], "no cases").render(100), "no cases\n");
        let details =
            Table::details(vec![("id", "x".into()), ("customer", "老李".into()), ("note", "".into())]);
        assert_eq!(strip_str(&details.render(100)).to_string(), "id        x\ncustomer  老李\nnote\n");
    }

    #[test]
    fn of_a_long_id_the_last_group_is_shown() {
        let mut table = Table::list(&[Column::tail("id")], "");
        table.row(vec!["01a2010c-93f0-7715-8241-f1584e758c59".into()]);
        assert_eq!(strip_str(&table.render(100)).to_string(), "ID\nf1584e758c59\n");
    }
}
