use super::{Customer, Rfm};
use crate::{
    number::len_f64,
    picture::{Anchor, Canvas, Ink},
};

const SIDE: f64 = 96.0;
const GAP: f64 = 4.0;
const LEFT: f64 = 96.0;
const TOP: f64 = 84.0;
/// Text on the darkest cell must stay readable in light and dark.
const DARKEST: f64 = 0.6;
const WIDTH: f64 = LEFT + 5.0 * (SIDE + GAP) + 28.0;
const HEIGHT: f64 = TOP + 5.0 * (SIDE + GAP) + 92.0;

/// Draws recency × frequency: how many customers each cell has, and what they spent on average.
pub fn picture(result: &Rfm) -> String {
    let description = "A grid of five by five: recency score from left to right, frequency score upwards; each cell tells how many \
                       customers it has and their mean money.";
    let mut canvas = Canvas::new(WIDTH, HEIGHT, "Recency and frequency", description);
    canvas.text((LEFT, 34.0), Anchor::Start, 18.0, "title", "Recency and frequency");
    let note = format!("n = {}; upper number: customers, lower: mean money of each", result.n);
    canvas.text((LEFT, 58.0), Anchor::Start, 13.0, "quiet", &note);
    let cells: Vec<Cell> =
        (1..=5).flat_map(|r| (1..=5).map(move |f| (r, f))).map(|at| cell(result, at)).collect();
    let most = cells.iter().map(|cell| cell.customers).fold(1.0, f64::max);
    for cell in &cells {
        draw(&mut canvas, cell, most);
    }
    axes(&mut canvas);
    legend(&mut canvas);
    canvas.finish()
}

struct Cell {
    r: u8,
    f: u8,
    customers: f64,
    mean: Option<f64>,
}

fn cell(result: &Rfm, (r, f): (u8, u8)) -> Cell {
    let within: Vec<&Customer> = result.customers.iter().filter(|c| c.r == r && c.f == f).collect();
    let total: f64 = within.iter().map(|customer| customer.monetary).sum();
    let mean = (!within.is_empty()).then(|| total / len_f64(within.len()));
    Cell { r, f, customers: len_f64(within.len()), mean }
}

/// The left upper corner of a cell.
fn corner(r: u8, f: u8) -> (f64, f64) {
    (LEFT + f64::from(r - 1) * (SIDE + GAP), TOP + f64::from(5 - f) * (SIDE + GAP))
}

fn draw(canvas: &mut Canvas, cell: &Cell, most: f64) {
    let (x, y) = corner(cell.r, cell.f);
    canvas.panel((x, y), (SIDE, SIDE));
    let middle = x + SIDE / 2.0;
    let Some(mean) = cell.mean else {
        canvas.text((middle, y + SIDE / 2.0 + 4.0), Anchor::Middle, 13.0, "quiet", "–");
        return;
    };
    // By the root: an area, not a length, is what the eye compares.
    canvas.bar((x, y), (SIDE, SIDE), Ink::Blue, DARKEST * (cell.customers / most).sqrt());
    canvas.text((middle, y + 46.0), Anchor::Middle, 20.0, "title", &format!("{:.0}", cell.customers));
    canvas.text((middle, y + 70.0), Anchor::Middle, 13.0, "", &short(mean));
}

/// A mean in at most seven characters, such as `73.45`, `1234` or `12.3M`.
fn short(value: f64) -> String {
    match value.abs() {
        size if size < 1e3 => format!("{value:.2}"),
        size if size < 1e6 => format!("{value:.0}"),
        size if size < 1e9 => format!("{:.1}M", value / 1e6),
        size if size < 1e12 => format!("{:.1}G", value / 1e9),
        _ => format!("{value:.1e}"),
    }
}

fn axes(canvas: &mut Canvas) {
    let bottom = TOP + 5.0 * (SIDE + GAP);
    for score in 1..=5_u8 {
        let (x, _) = corner(score, 1);
        let (_, y) = corner(1, score);
        canvas.text((x + SIDE / 2.0, bottom + 16.0), Anchor::Middle, 13.0, "quiet", &score.to_string());
        canvas.text((LEFT - 12.0, y + SIDE / 2.0 + 4.0), Anchor::End, 13.0, "quiet", &score.to_string());
    }
    let middle = 2.5 * (SIDE + GAP);
    canvas.text(
        (LEFT + middle, bottom + 40.0),
        Anchor::Middle,
        13.0,
        "",
        "recency score (5 bought most recently)",
    );
    canvas.upward_text(
        (LEFT - 48.0, TOP + middle),
        Anchor::Middle,
        13.0,
        "",
        "frequency score (5 buys most often)",
    );
}

fn legend(canvas: &mut Canvas) {
    let y = HEIGHT - 24.0;
    canvas.text((LEFT, y), Anchor::Start, 13.0, "quiet", "few customers");
    for step in 0..5_u8 {
        let place = (LEFT + 104.0 + f64::from(step) * 28.0, y - 13.0);
        canvas.panel(place, (28.0, 16.0));
        canvas.bar(place, (28.0, 16.0), Ink::Blue, DARKEST * (f64::from(step + 1) / 5.0).sqrt());
    }
    canvas.text((LEFT + 256.0, y), Anchor::Start, 13.0, "quiet", "many customers");
}
