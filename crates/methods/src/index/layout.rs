use super::Model;
use crate::number::len_f64;
use crate::random::Random;

/// Half-heights that a column is divided into.
const SLOTS: usize = 7;
/// Two boxes of a column stand at least so many slots apart.
const APART: usize = 2;
/// Beginnings of the search; it costs milliseconds and finds the same place again and again.
const STARTS: usize = 60;

/// Width and height of a box, and how far boxes and slots are apart, in pixels.
pub(super) const BOX: (f64, f64) = (136.0, 66.0);
const COLUMN: f64 = 210.0;
const SLOT: f64 = 58.0;

/// Where a box has its middle, counted from the middle of the first column's first slot.
pub(super) type Place = (f64, f64);

/// Puts causes to the left of their effects and finds heights at which paths pass few boxes and cross little.
pub(super) fn places(model: &Model) -> Vec<Place> {
    let columns = model.depths();
    let edges: Vec<(usize, usize)> = model.paths().iter().map(|path| (path.from, path.to)).collect();
    let crowd = |column: usize| columns.iter().filter(|other| **other == column).count();
    let most = columns.iter().map(|column| crowd(*column)).max().unwrap_or_default();
    let slots = SLOTS.max(most * APART + 1);
    let search = Search { columns, edges, slots };
    let mut random = Random::new(1);
    let mut best = (f64::INFINITY, Vec::new());
    for _ in 0..STARTS {
        let mut heights: Vec<usize> = search.columns.iter().map(|_| random.below(slots)).collect();
        let cost = search.improve(&mut heights);
        if cost < best.0 {
            best = (cost, heights);
        }
    }
    // What stays empty above is cut off.
    let highest = best.1.iter().copied().min().unwrap_or_default();
    best.1.iter().enumerate().map(|(at, height)| search.place(at, height - highest)).collect()
}

struct Search {
    columns: Vec<usize>,
    edges: Vec<(usize, usize)>,
    slots: usize,
}

impl Search {
    fn place(&self, at: usize, height: usize) -> Place {
        (len_f64(self.columns[at]) * COLUMN, len_f64(height) * SLOT)
    }

    /// Moves one box at a time to its best height until none gains.
    fn improve(&self, heights: &mut [usize]) -> f64 {
        let mut cost = self.cost(heights);
        loop {
            let before = cost;
            for at in 0..heights.len() {
                let mut best = (cost, heights[at]);
                for height in 0..self.slots {
                    heights[at] = height;
                    let tried = self.cost(heights);
                    if tried < best.0 - 1e-9 {
                        best = (tried, height);
                    }
                }
                (cost, heights[at]) = best;
            }
            if cost > before - 1e-9 {
                return cost;
            }
        }
    }

    fn cost(&self, heights: &[usize]) -> f64 {
        let places: Vec<Place> =
            heights.iter().enumerate().map(|(at, height)| self.place(at, *height)).collect();
        let mut cost = 0.0;
        for (at, column) in self.columns.iter().enumerate() {
            let near =
                |other: usize| self.columns[other] == *column && heights[other].abs_diff(heights[at]) < APART;
            cost += 1000.0 * len_f64((0..at).filter(|other| near(*other)).count());
        }
        for (at, (from, to)) in self.edges.iter().enumerate() {
            let line = (places[*from], places[*to]);
            let passed = (0..places.len()).filter(|other| *other != *from && *other != *to);
            cost += 100.0 * len_f64(passed.filter(|other| crosses_box(line, places[*other], 10.0)).count());
            cost += (line.0.1 - line.1.1).abs() / SLOT * 0.3;
            for (other_from, other_to) in &self.edges[..at] {
                let other = (places[*other_from], places[*other_to]);
                let shared = from == other_from || to == other_to || from == other_to || to == other_from;
                cost +=
                    if shared { narrow(line, other) } else { 4.0 * f64::from(u8::from(cross(line, other))) };
            }
        }
        cost
    }
}

type Line = (Place, Place);

/// Paths in nearly one direction from or to the same box are hard to tell apart.
fn narrow(one: Line, other: Line) -> f64 {
    let same_side = one.0 == other.0 || one.1 == other.1;
    if !same_side {
        return 0.0;
    }
    let angle = |line: Line| (line.1.1 - line.0.1).atan2(line.1.0 - line.0.0);
    let between = (angle(one) - angle(other)).abs().to_degrees();
    if between < 9.0 { 30.0 - 2.0 * between } else { 0.0 }
}

fn cross(one: Line, other: Line) -> bool {
    let side = |line: Line, point: Place| {
        let ((ax, ay), (bx, by)) = line;
        (bx - ax) * (point.1 - ay) - (by - ay) * (point.0 - ax)
    };
    side(one, other.0) * side(one, other.1) < 0.0 && side(other, one.0) * side(other, one.1) < 0.0
}

/// Whether a line passes through a box, or nearer than `room`.
fn crosses_box(line: Line, middle: Place, room: f64) -> bool {
    crosses_area(line, middle, (BOX.0 / 2.0 + room, BOX.1 / 2.0 + room))
}

/// Whether a line passes through an area of the given half-width and half-height.
pub(super) fn crosses_area(line: Line, (x, y): Place, (half_width, half_height): (f64, f64)) -> bool {
    let ((ax, ay), (bx, by)) = line;
    let (mut start, mut end) = (0.0_f64, 1.0_f64);
    for (from, way, middle, half) in [(ax, bx - ax, x, half_width), (ay, by - ay, y, half_height)] {
        if way.abs() < 1e-9 {
            if (from - middle).abs() > half {
                return false;
            }
            continue;
        }
        let (one, other) = ((middle - half - from) / way, (middle + half - from) / way);
        start = start.max(one.min(other));
        end = end.min(one.max(other));
    }
    start < end
}

#[cfg(test)]
mod tests {
    use super::{COLUMN, crosses_box, places};
    use crate::index::Model;

    #[test]
    fn shipped_models_are_drawn_with_no_path_through_a_box() {
        for (name, text) in Model::SHIPPED {
            let model = Model::parse(text).unwrap();
            let places = places(&model);
            for path in model.paths() {
                assert!(places[path.to].0 - places[path.from].0 >= COLUMN, "{name}");
                for (at, place) in
                    places.iter().enumerate().filter(|(at, _)| ![path.from, path.to].contains(at))
                {
                    let line = (places[path.from], places[path.to]);
                    assert!(!crosses_box(line, *place, 0.0), "{name}: a path passes through {at}");
                }
            }
        }
    }
}
