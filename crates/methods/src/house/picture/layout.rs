use super::super::{Answer, House, Written};
use super::{TEXT, widest};
use crate::number::len_f64;
use crate::picture::text_width;

/// Height of a row of the matrix.
pub(super) const ROW: f64 = 26.0;
/// Height of a line of text.
pub(super) const LINE: f64 = 20.0;
/// Longest bar of a weight.
pub(super) const BAR: f64 = 44.0;
/// Room for the number of a weight.
pub(super) const NUMBER: f64 = 52.0;
/// Baseline of the first line of the legend.
pub(super) const LEGEND: f64 = 60.0;

const MARGIN: f64 = 16.0;
/// How steep the roof is: 1 would be a right angle at the ridge.
const SLOPE: f64 = 0.62;
/// Longer labels are cut; the table has them whole.
const LABEL: f64 = 300.0;
const HEAD: f64 = 190.0;
const CELL: (f64, f64) = (34.0, 84.0);
/// Room below the matrix for bars.
pub(super) const BARS: f64 = 64.0;

/// Where the parts of a house stand.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Layout {
    pub(super) rows: usize,
    pub(super) columns: usize,
    /// Width of a column.
    pub(super) cell: f64,
    label: f64,
    head: f64,
    heaviest: f64,
    /// What stands below the bars: the name of a line and its texts by column.
    pub(super) lines: Vec<(String, Vec<String>)>,
    /// Height of the roof, 0 if there is none.
    roof: f64,
}

impl Layout {
    pub(super) fn of(house: &House, answer: &Answer) -> Self {
        let lines = lines(answer);
        let texts = lines.iter().flat_map(|(_, texts)| texts.iter().map(String::as_str));
        let cell = (widest(texts) + 10.0).clamp(CELL.0, CELL.1);
        let names = lines.iter().map(|(name, _)| text_width(name, TEXT) - BAR - NUMBER);
        let label = widest(house.rows.iter().map(|row| row.id.as_str())) + 24.0;
        let columns = house.columns.len();
        Self {
            rows: house.rows.len(),
            columns,
            cell,
            label: names.fold(label, f64::max).clamp(160.0, LABEL),
            head: (widest(house.columns.iter().map(|column| column.id.as_str())) + 36.0).clamp(60.0, HEAD),
            heaviest: house.rows.iter().map(|row| row.weight).fold(0.0, f64::max),
            roof: if answer.has_roof { len_f64(columns) * cell / 2.0 * SLOPE } else { 0.0 },
            lines,
        }
    }

    pub(super) fn left(&self) -> f64 {
        MARGIN + self.label + BAR + NUMBER + 16.0
    }

    pub(super) fn right(&self) -> f64 {
        self.left() + self.cell * len_f64(self.columns)
    }

    /// The lower end of the roof, where the heads of columns begin.
    pub(super) fn eaves(&self) -> f64 {
        // The legend must find room at the left of roof and heads.
        (44.0 + self.roof + 12.0).max(LEGEND + 6.0 * LINE + 12.0 - self.head)
    }

    pub(super) fn top(&self) -> f64 {
        self.eaves() + self.head
    }

    pub(super) fn bottom(&self) -> f64 {
        self.top() + ROW * len_f64(self.rows)
    }

    pub(super) fn width(&self) -> f64 {
        (self.right() + MARGIN + 8.0).max(420.0)
    }

    pub(super) fn height(&self) -> f64 {
        self.bottom() + BARS + LINE * len_f64(self.lines.len()) + LINE + MARGIN
    }

    pub(super) fn label_room(&self) -> f64 {
        self.label
    }

    pub(super) fn head_room(&self) -> f64 {
        self.head
    }

    pub(super) fn heaviest_weight(&self) -> f64 {
        self.heaviest
    }

    pub(super) fn column_middle(&self, at: usize) -> f64 {
        self.left() + self.cell * (len_f64(at) + 0.5)
    }

    pub(super) fn row_middle(&self, at: usize) -> f64 {
        self.top() + ROW * (len_f64(at) + 0.5)
    }

    /// Where two columns meet in the roof.
    pub(super) fn meeting(&self, a: usize, b: usize) -> (f64, f64) {
        let x = f64::midpoint(self.column_middle(a), self.column_middle(b));
        (x, self.eaves() - SLOPE * self.cell / 2.0 * len_f64(a.abs_diff(b)))
    }

    /// Half the width and half the height of a field of the roof.
    pub(super) fn field(&self) -> (f64, f64) {
        (self.cell / 2.0, SLOPE * self.cell / 2.0)
    }
}

/// The lines below the bars; those of which the file says nothing are left out.
fn lines(answer: &Answer) -> Vec<(String, Vec<String>)> {
    let characteristics = &answer.characteristics;
    let mut lines = Vec::new();
    let mut line = |name: &str, texts: Vec<String>| {
        if texts.iter().any(|text| !text.is_empty()) {
            lines.push((name.to_owned(), texts));
        }
    };
    let percent = |share: Option<f64>| share.map_or_else(|| "–".to_owned(), |share| format!("{share:.1}"));
    line("independent 独立配点 %", characteristics.iter().map(|c| percent(c.independent_percent)).collect());
    line(
        "proportional 比例配分 %",
        characteristics.iter().map(|c| percent(c.proportional_percent)).collect(),
    );
    if answer.has_roof {
        line("with roof 含屋顶 %", characteristics.iter().map(|c| percent(c.wasserman_percent)).collect());
    }
    let direction = |c: &super::super::Characteristic| match c.direction {
        Some(super::super::Direction::Larger) => "↑".to_owned(),
        Some(super::super::Direction::Smaller) => "↓".to_owned(),
        Some(super::super::Direction::Nominal) => "=".to_owned(),
        None => String::new(),
    };
    line("better 方向", characteristics.iter().map(direction).collect());
    line("unit 单位", characteristics.iter().map(|c| c.unit.clone().unwrap_or_default()).collect());
    let written = |value: Option<&Written>| value.map(ToString::to_string).unwrap_or_default();
    line("own 本公司", characteristics.iter().map(|c| written(c.own.as_ref())).collect());
    let mut competitors: Vec<&String> = characteristics.iter().flat_map(|c| c.competitors.keys()).collect();
    competitors.sort_unstable();
    competitors.dedup();
    for name in competitors {
        let of = |c: &super::super::Characteristic| written(c.competitors.get(name));
        line(name, characteristics.iter().map(of).collect());
    }
    line("target 目标", characteristics.iter().map(|c| written(c.target.as_ref())).collect());
    lines
}

/// A number with at most one decimal, short enough for its place.
pub(super) fn short(value: f64) -> String {
    if value.abs() >= 1e6 { format!("{value:.1e}") } else { format!("{value:.1}") }
}

/// The text, or as much of it as has room, with an ellipsis.
pub(super) fn cut(text: &str, room: f64, size: f64) -> String {
    if text_width(text, size) <= room {
        return text.to_owned();
    }
    let mut kept = String::new();
    for char in text.chars() {
        kept.push(char);
        if text_width(&kept, size) > room - size {
            kept.pop();
            break;
        }
    }
    kept + "…"
}
