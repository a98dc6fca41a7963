use super::{
    Index, LatentResult, Model, PathResult,
    layout::{BOX, Place, crosses_area, places},
};
use crate::picture::{Anchor, Canvas, Ink, text_width};

const MARGIN: f64 = 28.0;
/// Room for the title above, and for the legend below.
const HEAD: f64 = 86.0;
const FOOT: f64 = 62.0;
const COEFFICIENT: f64 = 12.5;
const NAME: f64 = 14.0;
/// A legend is no narrower.
const LEAST_WIDTH: f64 = 720.0;

/// Draws the model with its coefficients: causes to the left of what they cause, R² and index in the boxes.
pub fn draw(model: &Model, found: &Index) -> String {
    let raw = places(model);
    let right = raw.iter().map(|(x, _)| *x).fold(0.0, f64::max);
    let lowest = raw.iter().map(|(_, y)| *y).fold(0.0, f64::max);
    let (width, height) = ((right + BOX.0 + 2.0 * MARGIN).max(LEAST_WIDTH), HEAD + lowest + BOX.1 + FOOT);
    let title =
        model.title_zh().map_or_else(|| model.title().to_owned(), |zh| format!("{zh}  {}", model.title()));
    let description =
        "Latent variables from causes to effects; paths with their coefficients, boxes with R² and index.";
    let mut canvas = Canvas::new(width, height, &title, description);
    let shift = |(x, y): &Place| (x + MARGIN + BOX.0 / 2.0, y + HEAD + BOX.1 / 2.0);
    let middles: Vec<Place> = raw.iter().map(shift).collect();
    canvas.text((MARGIN, 32.0), Anchor::Start, 18.0, "title", &title);
    canvas.text((MARGIN, 54.0), Anchor::Start, 12.0, "quiet", &subtitle(found));
    let lines: Vec<(Place, Place)> = model
        .paths()
        .iter()
        .map(|path| {
            (border(middles[path.from], middles[path.to]), border(middles[path.to], middles[path.from]))
        })
        .collect();
    for (line, path) in lines.iter().zip(&found.paths) {
        arrow(&mut canvas, *line, path);
    }
    for (latent, middle) in found.latent.iter().zip(&middles) {
        latent_box(&mut canvas, latent, *middle);
    }
    labels(&mut canvas, &lines, &middles, &found.paths);
    legend(&mut canvas, height - 24.0);
    canvas.finish()
}

fn subtitle(found: &Index) -> String {
    let fit = found.gof.map(|gof| format!(" · GoF {gof:.2}")).unwrap_or_default();
    let samples = found.bootstrap.map(|bootstrap| format!(" · {} bootstrap samples", bootstrap.samples));
    format!("n = {}{fit}{}", found.n, samples.unwrap_or_default())
}

/// Where the way from the middle of one box to another leaves the first.
fn border(from: Place, to: Place) -> Place {
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let across = if dx.abs() > 1e-9 { BOX.0 / 2.0 / dx.abs() } else { f64::INFINITY };
    let down = if dy.abs() > 1e-9 { BOX.1 / 2.0 / dy.abs() } else { f64::INFINITY };
    let part = across.min(down).min(1.0);
    (from.0 + dx * part, from.1 + dy * part)
}

fn ink(path: &PathResult) -> (Ink, bool) {
    match path.significant() {
        Some(true) if path.value < 0.0 => (Ink::Vermilion, false),
        Some(true) => (Ink::Blue, false),
        _ => (Ink::Grey, true),
    }
}

fn arrow(canvas: &mut Canvas, (from, to): (Place, Place), path: &PathResult) {
    let (ink, dashed) = ink(path);
    let width = 1.2 + 3.0 * path.value.abs().min(1.0);
    canvas.path(&[from, to], ink, (width * 10.0).round() / 10.0, dashed);
    let length = (to.0 - from.0).hypot(to.1 - from.1).max(1e-9);
    let (ux, uy) = ((to.0 - from.0) / length, (to.1 - from.1) / length);
    let wing = |side: f64| (to.0 - 10.0 * ux + side * 5.0 * -uy, to.1 - 10.0 * uy + side * 5.0 * ux);
    canvas.path(&[wing(1.0), to, wing(-1.0)], ink, 2.0, false);
}

fn latent_box(canvas: &mut Canvas, latent: &LatentResult, (x, y): Place) {
    let (left, top) = (x - BOX.0 / 2.0, y - BOX.1 / 2.0);
    let (right, bottom) = (left + BOX.0, top + BOX.1);
    canvas.panel((left, top), BOX);
    let frame = [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)];
    canvas.path(&frame, Ink::Text, 1.2, false);
    let room = BOX.0 - 10.0;
    if let Some(zh) = &latent.zh {
        canvas.text((x, top + 20.0), Anchor::Middle, NAME, "title", &fitting(zh, NAME, room));
        canvas.text((x, top + 37.0), Anchor::Middle, 12.0, "", &fitting(&latent.name, 12.0, room));
    } else {
        canvas.text((x, top + 28.0), Anchor::Middle, NAME, "title", &fitting(&latent.name, NAME, room));
    }
    let explained = latent.r_squared.map(|r| format!("R² {r:.2}"));
    let index = latent.index.map(|index| format!("index {index:.1}"));
    let facts: Vec<String> = explained.into_iter().chain(index).collect();
    canvas.text((x, top + 56.0), Anchor::Middle, 12.0, "quiet", &facts.join(" · "));
}

/// As much of a text as there is room for.
fn fitting(text: &str, size: f64, room: f64) -> String {
    if text_width(text, size) <= room {
        return text.to_owned();
    }
    let mut kept = String::new();
    for char in text.chars() {
        kept.push(char);
        if text_width(&kept, size) + size > room {
            break;
        }
    }
    kept + "…"
}

/// Writes each coefficient on its path where it covers no box, no other coefficient and the fewest other paths.
fn labels(canvas: &mut Canvas, lines: &[(Place, Place)], middles: &[Place], paths: &[PathResult]) {
    let mut taken: Vec<(Place, (f64, f64))> = Vec::new();
    for (own, (line, path)) in lines.iter().zip(paths).enumerate() {
        let text = written(path);
        let half = (text_width(&text, COEFFICIENT) / 2.0 + 3.0, 9.0);
        let place =
            |part: f64| (line.0.0 + part * (line.1.0 - line.0.0), line.0.1 + part * (line.1.1 - line.0.1));
        let cost = |part: f64| {
            let (x, y) = place(part);
            let apart = |(ox, oy): Place, (w, h): (f64, f64)| {
                (ox - x).abs() >= w + half.0 || (oy - y).abs() >= h + half.1
            };
            let boxes = middles.iter().filter(|middle| !apart(**middle, (BOX.0 / 2.0, BOX.1 / 2.0))).count();
            let texts = taken.iter().filter(|(middle, size)| !apart(*middle, *size)).count();
            let passing = lines.iter().enumerate().filter(|(at, _)| *at != own);
            let passing = passing.filter(|(_, line)| crosses_area(**line, (x, y), half)).count();
            1000 * boxes + 500 * texts + 20 * passing
        };
        let tries = (0..=32_u8).map(|step| {
            let away = f64::from(step.div_ceil(2)) * 0.024;
            if step % 2 == 0 { 0.5 + away } else { 0.5 - away }
        });
        let best = tries.min_by_key(|part| cost(*part)).unwrap_or(0.5);
        let (x, y) = place(best);
        taken.push(((x, y), half));
        canvas.panel((x - half.0, y - half.1), (2.0 * half.0, 2.0 * half.1));
        canvas.text((x, y + 4.5), Anchor::Middle, COEFFICIENT, "title", &text);
    }
}

/// A true minus sign, and a star where the path differs from zero.
fn written(path: &PathResult) -> String {
    let star = if path.significant() == Some(true) { "*" } else { "" };
    let number = format!("{:.2}", path.value.abs());
    let sign = if path.value < 0.0 && number != "0.00" { "−" } else { "" };
    format!("{sign}{number}{star}")
}

fn legend(canvas: &mut Canvas, y: f64) {
    let mut x = MARGIN;
    for (ink, dashed, text) in [
        (Ink::Blue, false, "raises *"),
        (Ink::Vermilion, false, "lowers *"),
        (Ink::Grey, true, "may be chance"),
    ] {
        canvas.path(&[(x, y - 4.0), (x + 34.0, y - 4.0)], ink, 2.5, dashed);
        canvas.text((x + 42.0, y), Anchor::Start, 12.0, "quiet", text);
        x += 42.0 + text_width(text, 12.0) + 26.0;
    }
    canvas.text((x, y), Anchor::Start, 12.0, "quiet", "* differs from zero (95 %); wider is stronger");
}
