//! The evaluation tables.

use ting_methods::kano::{Category, Cell, Table, Warning};

use crate::found;

fn letters(table: &Table) -> String {
    let most = table.answers();
    (1..=most)
        .flat_map(|f| (1..=most).map(move |d| (f, d)))
        .map(|(f, d)| table.cell(f, d).unwrap().letter())
        .collect()
}

#[test]
fn the_tables_are_the_published_ones() {
    assert_eq!(letters(&Table::standard()), "QAAAORIIIMRIIIMRIIIMRRRRQ");
    assert_eq!(letters(&Table::pouliot()), "QAAAORQIIMRIIIMRIIQMRRRRQ");
    assert_eq!(letters(&Table::short3()), "AAOIIMIIM");
    let of = |table: Table| {
        let text = letters(&table);
        ["A", "O", "M", "I", "R", "Q"].map(|letter| text.matches(letter).count())
    };
    assert_eq!(of(Table::standard()), [3, 1, 3, 9, 7, 2]);
    assert_eq!(of(Table::pouliot()), [3, 1, 3, 7, 7, 4]);
    assert_eq!(Table::standard().cell(0, 3), None);
    assert_eq!(Table::standard().cell(6, 3), None);
    assert_eq!(Table::short3().cell(4, 1), None);
}

#[test]
fn swapping_the_questions_turns_reverse_cells_into_those_of_the_opposite_requirement() {
    for table in [Table::standard(), Table::pouliot()] {
        for (f, d) in (1..=5).flat_map(|f| (1..=5).map(move |d| (f, d))) {
            let (cell, swapped) = (table.cell(f, d).unwrap(), table.cell(d, f).unwrap());
            match cell {
                Cell::R => assert!(matches!(swapped, Cell::A | Cell::M | Cell::O), "{f} {d}"),
                Cell::Q => assert_eq!(swapped, Cell::Q),
                _ => {}
            }
        }
    }
    // Everybody wants it gone: of the opposite it is a must.
    let found = found(Table::standard(), &[(5, 2, 9), (5, 3, 9), (5, 3, 8), (3, 1, 1)]);
    assert_eq!((found.category, found.opposite), (Category::Reverse, Some(Category::MustBe)));
    assert!(found.warnings.contains(&Warning::Reverse));
}

#[test]
fn a_table_of_ones_own_must_be_square() {
    let rows = |rows: usize, columns: usize| vec![vec![Cell::I; columns]; rows];
    assert!(Table::custom(rows(5, 5)).is_ok() && Table::custom(rows(3, 3)).is_ok());
    for (r, c) in [(0, 0), (4, 4), (5, 3), (3, 5), (1, 1)] {
        let error = Table::custom(rows(r, c)).unwrap_err();
        assert!(error.to_string().contains("3 or 5 rows"), "{error}");
    }
}
