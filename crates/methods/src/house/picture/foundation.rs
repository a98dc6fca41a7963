use super::super::Answer;
use super::TEXT;
use super::layout::{self, BARS, LINE, Layout};
use crate::number::len_f64;
use crate::picture::{Anchor, Canvas, Ink};

/// Draws what the characteristics got: bars, and lines of numbers below.
pub(super) fn draw(canvas: &mut Canvas, layout: &Layout, answer: &Answer) {
    bars(canvas, layout, answer);
    let top = layout.bottom() + BARS;
    for (number, (name, texts)) in layout.lines.iter().enumerate() {
        let y = top + LINE * (len_f64(number) + 1.0);
        let room = layout.left() - 28.0;
        canvas.text((16.0, y), Anchor::Start, TEXT, "quiet", &layout::cut(name, room, TEXT));
        for (at, text) in texts.iter().enumerate() {
            let text = layout::cut(text, layout.cell - 4.0, TEXT);
            canvas.text((layout.column_middle(at), y), Anchor::Middle, TEXT, "", &text);
        }
    }
}

/// Two bars for each characteristic, side by side, in percent.
fn bars(canvas: &mut Canvas, layout: &Layout, answer: &Answer) {
    let shares = answer.characteristics.iter().flat_map(|c| [c.independent_percent, c.proportional_percent]);
    let highest = shares.flatten().fold(0.0, f64::max);
    let (ground, room) = (layout.bottom() + BARS, BARS - 10.0);
    canvas.line((layout.left(), ground), (layout.right(), ground), "axis");
    let names = [("independent 独立配点", Ink::Grey, 34.0), ("proportional 比例配分", Ink::Blue, 14.0)];
    for (name, ink, above) in names {
        canvas.bar((16.0, ground - above - 9.0), (10.0, 10.0), ink, 0.9);
        let side = if ink == Ink::Grey { "left bar" } else { "right bar" };
        let text = format!("{side}: {name}");
        canvas.text((32.0, ground - above), Anchor::Start, TEXT, "quiet", &text);
    }
    if highest <= 0.0 {
        return;
    }
    let wide = (layout.cell / 2.0 - 5.0).min(14.0);
    for (at, characteristic) in answer.characteristics.iter().enumerate() {
        let x = layout.column_middle(at);
        let pair = [
            (characteristic.independent_percent, Ink::Grey, x - wide - 1.0),
            (characteristic.proportional_percent, Ink::Blue, x + 1.0),
        ];
        for (share, ink, left) in pair {
            let height = room * share.unwrap_or_default() / highest;
            canvas.bar((left, ground - height), (wide, height), ink, 0.9);
        }
    }
}
