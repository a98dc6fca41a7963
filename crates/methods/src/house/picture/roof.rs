use super::super::House;
use super::layout::Layout;
use crate::picture::{Anchor, Canvas};

/// Draws the roof: a field for every two columns, with the sign of what they do to each other.
pub(super) fn draw(canvas: &mut Canvas, layout: &Layout, house: &House) {
    if house.roof.is_empty() {
        return;
    }
    let (half, rise) = layout.field();
    let eaves = layout.eaves();
    for at in 0..layout.columns {
        // From the middle between two columns one line rises to each side.
        let start = (layout.column_middle(at) - half, eaves);
        let end = layout.meeting(at, layout.columns - 1);
        canvas.line(start, (end.0, end.1 - rise), "grid");
        let start = (layout.column_middle(layout.columns - 1 - at) + half, eaves);
        let end = layout.meeting(0, layout.columns - 1 - at);
        canvas.line(start, (end.0, end.1 - rise), "grid");
    }
    canvas.line((layout.left(), eaves), (layout.right(), eaves), "grid");
    let ridge = layout.meeting(0, layout.columns - 1);
    for foot in [layout.left(), layout.right()] {
        canvas.line((foot, eaves), (ridge.0, ridge.1 - rise), "axis");
    }
    for pair in &house.roof {
        let place = |id: &str| house.columns.iter().position(|column| column.id.trim() == id.trim());
        if let Some((a, b)) = place(&pair.a).zip(place(&pair.b)) {
            let (x, y) = layout.meeting(a, b);
            let class = if pair.value.number() < 0.0 { "title" } else { "" };
            canvas.text((x, y + 4.5), Anchor::Middle, 13.0, class, pair.value.symbol());
        }
    }
}
