//! Three requirements with ten answers each, worked in Python and R.

use ting_methods::kano::{Category, Counts, Table, Warning};

use crate::{Row, close, found};

const TRACKING: [Row; 10] = [
    (1, 5, 9),
    (1, 5, 8),
    (2, 5, 9),
    (2, 5, 7),
    (1, 4, 6),
    (1, 5, 8),
    (3, 5, 5),
    (2, 5, 9),
    (1, 3, 4),
    (1, 5, 7),
];
const LIGHTING: [Row; 10] = [
    (3, 3, 2),
    (3, 3, 3),
    (4, 3, 1),
    (1, 3, 5),
    (3, 4, 2),
    (2, 2, 4),
    (3, 3, 1),
    (4, 4, 2),
    (1, 1, 3),
    (5, 3, 2),
];
const DOOR: [Row; 10] = [
    (1, 3, 8),
    (1, 4, 7),
    (1, 5, 9),
    (1, 3, 6),
    (1, 2, 5),
    (2, 5, 7),
    (1, 4, 8),
    (3, 3, 3),
    (1, 5, 9),
    (1, 3, 6),
];

#[test]
fn ten_answers_on_goods_tracking() {
    let found = found(Table::standard(), &TRACKING);
    assert_eq!(found.counts, Counts { o: 4, m: 4, a: 2, ..Counts::default() });
    assert_eq!(found.category, Category::MustBe);
    close(found.better, 0.6, 1e-12);
    close(found.worse, -0.8, 1e-12);
    close(found.total_strength, 1.0, 1e-12);
    close(found.category_strength, 0.0, 0.0);
    let fong = found.fong.unwrap();
    assert!(fong.difference == 0 && !fong.significant);
    close(fong.threshold, 3.614_969, 5e-7);
    let means = &found.continuous;
    close(means.functional, 3.0, 1e-12);
    close(means.dysfunctional, 3.4, 1e-12);
    close(means.importance, 7.2, 1e-12);
    close(means.functional_sd, std::f64::consts::SQRT_2, 5e-7);
    close(means.dysfunctional_sd, 1.349_897, 5e-7);
    close(means.functional_weighted, 3.027_778, 5e-7);
    close(means.dysfunctional_weighted, 3.611_111, 5e-7);
    assert_eq!(means.quadrant, Some(Category::OneDimensional));
    // n is below 30, the test is not significant, and Blauth and mode agree on M.
    assert_eq!(found.warnings, [Warning::Directional, Warning::Mixed]);
}

#[test]
fn ten_answers_on_lobby_lighting() {
    let standard = found(Table::standard(), &LIGHTING);
    assert_eq!(standard.counts, Counts { i: 7, a: 1, r: 1, q: 1, ..Counts::default() });
    let pouliot = found(Table::pouliot(), &LIGHTING);
    assert_eq!(pouliot.counts, Counts { i: 5, a: 1, r: 1, q: 3, ..Counts::default() });
    assert_eq!((standard.category, pouliot.category), (Category::Indifferent, Category::Indifferent));
    close(standard.better, 0.125, 1e-12);
    close(standard.worse, 0.0, 0.0);
    close(standard.total_strength, 0.1, 1e-12);
    close(standard.category_strength, 0.6, 1e-12);
    let means = &standard.continuous;
    close(means.functional, 0.6, 1e-12);
    close(means.dysfunctional, 0.1, 1e-12);
    close(means.functional_weighted, 1.32, 1e-12);
    close(means.dysfunctional_weighted, -0.08, 1e-12);
    assert_eq!(means.quadrant, Some(Category::Indifferent));
    assert_eq!(means.quadrant_weighted, Some(Category::Reverse));
    // One in ten is not above one in ten; three are.
    assert!(!standard.warnings.contains(&Warning::Misunderstood));
    assert!(pouliot.warnings.contains(&Warning::Misunderstood));
}

#[test]
fn ten_answers_on_door_to_door() {
    let found = found(Table::standard(), &DOOR);
    assert_eq!(found.counts, Counts { a: 6, o: 2, m: 1, i: 1, ..Counts::default() });
    assert_eq!(found.category, Category::Attractive);
    close(found.better, 0.8, 1e-12);
    close(found.worse, -0.3, 1e-12);
    let fong = found.fong.unwrap();
    assert!(fong.difference == 4 && fong.significant);
    close(fong.threshold, 3.614_969, 5e-7);
    let means = &found.continuous;
    close(means.functional, 3.4, 1e-12);
    close(means.dysfunctional, 1.5, 1e-12);
    close(means.importance, 6.8, 1e-12);
    close(means.functional_weighted, 3.617_647, 5e-7);
    close(means.dysfunctional_weighted, 1.838_235, 5e-7);
    assert_eq!(means.quadrant, Some(Category::Attractive));
}
