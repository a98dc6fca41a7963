//! The house as it hangs on a wall: demanded qualities to the left, characteristics on top, the roof above, results below.

use super::{Answer, House, Strength};
use crate::number::len_f64;
use crate::picture::{Anchor, Canvas, Ink, Shape, text_width};

mod foundation;
mod layout;
mod roof;

use layout::Layout;

/// Size of texts in pixels.
const TEXT: f64 = 12.0;

/// Draws a house and what was reckoned from it.
pub fn picture(house: &House, answer: &Answer) -> String {
    let title = house.title.as_deref().unwrap_or("House of quality 质量屋");
    let layout = Layout::of(house, answer);
    let description = format!(
        "{} demanded qualities, {} characteristics, {} relations, {} trade-offs",
        house.rows.len(),
        house.columns.len(),
        house.relations.len(),
        answer.trade_offs.len()
    );
    let mut canvas = Canvas::new(layout.width(), layout.height(), title, &description);
    canvas.text((16.0, 28.0), Anchor::Start, 17.0, "title", title);
    legend(&mut canvas, answer);
    roof::draw(&mut canvas, &layout, house);
    heads(&mut canvas, &layout, house, answer);
    rows(&mut canvas, &layout, house, answer);
    grid(&mut canvas, &layout);
    relations(&mut canvas, &layout, house);
    foundation::draw(&mut canvas, &layout, answer);
    canvas.finish()
}

/// What the signs mean, below each other at the left, where the roof leaves room.
fn legend(canvas: &mut Canvas, answer: &Answer) {
    let scale = answer.scale;
    let mut y = layout::LEGEND;
    for (strength, name) in
        [(Strength::Strong, "strong 强"), (Strength::Medium, "medium 中"), (Strength::Weak, "weak 弱")]
    {
        symbol(canvas, (26.0, y - 4.0), strength, name);
        let text = format!("{name}: {}", scale.worth(strength));
        canvas.text((42.0, y), Anchor::Start, TEXT, "", &text);
        y += layout::LINE;
    }
    if answer.has_roof {
        for text in ["+ ++ help 相辅", "− −− hinder 相克"] {
            canvas.text((16.0, y), Anchor::Start, TEXT, "", text);
            y += layout::LINE;
        }
    }
    if !(answer.uncovered.is_empty() && answer.redundant.is_empty()) {
        canvas.mark((26.0, y - 4.0), 5.0, Shape::Diamond, Ink::Vermilion, "no relation");
        canvas.text((42.0, y), Anchor::Start, TEXT, "", "no relation 无关系");
    }
}

/// ◎ ○ △, drawn, because not every font has them.
fn symbol(canvas: &mut Canvas, at: (f64, f64), strength: Strength, hint: &str) {
    match strength {
        Strength::Strong => {
            canvas.hollow_mark(at, 8.0, Shape::Circle, Ink::Blue, hint);
            canvas.mark(at, 4.0, Shape::Circle, Ink::Blue, hint);
        }
        Strength::Medium => canvas.hollow_mark(at, 7.0, Shape::Circle, Ink::Green, hint),
        Strength::Weak => canvas.hollow_mark(at, 6.0, Shape::Triangle, Ink::Orange, hint),
    }
}

fn heads(canvas: &mut Canvas, layout: &Layout, house: &House, answer: &Answer) {
    for (at, column) in house.columns.iter().enumerate() {
        let x = layout.column_middle(at);
        let mut bottom = layout.top() - 8.0;
        if answer.redundant.contains(&column.id) {
            canvas.mark((x, bottom - 4.0), 5.0, Shape::Diamond, Ink::Vermilion, &column.id);
            bottom -= 14.0;
        }
        let text = layout::cut(&column.id, layout.head_room() - 14.0, TEXT);
        canvas.upward_text((x + 4.0, bottom), Anchor::Start, TEXT, "", &text);
    }
}

fn rows(canvas: &mut Canvas, layout: &Layout, house: &House, answer: &Answer) {
    let (left, heaviest) = (layout.left(), layout.heaviest_weight());
    let weights = "weight 重要度";
    canvas.text((left - 8.0, layout.top() - 8.0), Anchor::End, TEXT, "quiet", weights);
    for (at, row) in house.rows.iter().enumerate() {
        let y = layout.row_middle(at);
        if at % 2 == 1 {
            canvas.panel((16.0, y - layout::ROW / 2.0), (layout.right() - 16.0, layout::ROW));
        }
        let mut x = 16.0;
        if answer.uncovered.contains(&row.id) {
            canvas.mark((x + 6.0, y), 5.0, Shape::Diamond, Ink::Vermilion, &row.id);
            x += 18.0;
        }
        let room = layout.label_room() - (x - 16.0);
        canvas.text((x, y + 4.0), Anchor::Start, TEXT, "", &layout::cut(&row.id, room, TEXT));
        if heaviest > 0.0 {
            let length = layout::BAR * (row.weight / heaviest);
            let start = left - 8.0 - layout::NUMBER - layout::BAR;
            canvas.bar((start, y - 5.0), (length, 10.0), Ink::Grey, 0.55);
        }
        canvas.text((left - 8.0, y + 4.0), Anchor::End, TEXT, "", &layout::short(row.weight));
    }
}

fn grid(canvas: &mut Canvas, layout: &Layout) {
    for at in 0..=layout.columns {
        let x = layout.left() + layout.cell * len_f64(at);
        canvas.line((x, layout.top()), (x, layout.bottom()), "grid");
    }
    for at in 0..=layout.rows {
        let y = layout.top() + layout::ROW * len_f64(at);
        canvas.line((layout.left(), y), (layout.right(), y), "grid");
    }
    for y in [layout.top(), layout.bottom()] {
        canvas.line((16.0, y), (layout.right(), y), "axis");
    }
    canvas.line((layout.left(), layout.top()), (layout.left(), layout.bottom()), "axis");
    canvas.line((layout.right(), layout.top()), (layout.right(), layout.bottom()), "axis");
}

fn relations(canvas: &mut Canvas, layout: &Layout, house: &House) {
    for relation in &house.relations {
        let row = house.rows.iter().position(|row| row.id.trim() == relation.row.trim());
        let column = house.columns.iter().position(|column| column.id.trim() == relation.column.trim());
        if let Some((row, column)) = row.zip(column) {
            let hint = format!("{} × {}", relation.row, relation.column);
            let at = (layout.column_middle(column), layout.row_middle(row));
            symbol(canvas, at, relation.strength, &hint);
        }
    }
}

/// The widest of some texts in pixels.
fn widest<'a>(texts: impl IntoIterator<Item = &'a str>) -> f64 {
    texts.into_iter().map(|text| text_width(text, TEXT)).fold(0.0, f64::max)
}
