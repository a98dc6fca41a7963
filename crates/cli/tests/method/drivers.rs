use crate::run::Desk;

const EXAMPLE: &str = "examples/methods/drivers.csv";

#[test]
fn the_example_parts_strengths_from_weaknesses() {
    let desk = Desk::new();
    let arguments = ["drivers", EXAMPLE, "--outcome", "satisfaction", "--scale", "1,10"];
    let answer = desk.json(&[&arguments[..], &["--bootstrap", "200", "--svg", "map.svg"]].concat());
    let drivers = answer["drivers"].as_array().unwrap();
    assert_eq!((drivers.len(), &answer["n"]), (8, &150.into()));
    let shares: Vec<f64> = drivers.iter().map(|driver| driver["share"].as_f64().unwrap()).collect();
    assert!((shares.iter().sum::<f64>() - 1.0).abs() < 1e-12 && shares.is_sorted_by(|a, b| a >= b));
    let added: f64 = drivers.iter().map(|driver| driver["importance"].as_f64().unwrap()).sum();
    assert!((added - answer["r_squared"].as_f64().unwrap()).abs() < 1e-12);
    assert_eq!(
        (&drivers[0]["name"], &drivers[0]["quadrant"]),
        (&"准时 punctuality".into(), &"weakness".into())
    );
    assert!(
        drivers[0]["low"].as_f64().unwrap() < shares[0] && shares[0] < drivers[0]["high"].as_f64().unwrap()
    );
    assert!(desk.read("map.svg").contains("准时 punctuality"));
    let table = desk.table(&arguments);
    assert!(table.contains("weakness: mend first") && table.contains("n = 150"), "{table}");
    assert!(desk.json(&arguments)["drivers"][0]["low"].is_null());
}

#[test]
fn drivers_can_be_named_and_gaps_leave_rows_out() {
    let desk = Desk::new();
    desk.file("r.csv", "id,y,a,b\nx,1,2,3\ny,2,4,1\nz,3,,5\nw,5,6,2\nv,4,7,7\nu,2,1,6\nt,6,5,4\n");
    let answer = desk.json(&["drivers", "r.csv", "--outcome", "y", "--drivers", "a,b"]);
    assert_eq!((&answer["n"], &answer["rows_left_out"]), (&6.into(), &1.into()));
    assert!(desk.table(&["drivers", "r.csv", "--outcome", "y", "--drivers", "b"]).contains("100.0 %"));
}

#[test]
fn bad_files_name_line_and_column() {
    let desk = Desk::new();
    let many: Vec<String> = (0..21).map(|at| format!("d{at}")).collect();
    for (content, told) in [
        ("a,b\n1,2\n".to_owned(), "line 1: there is no column y"),
        ("a,y\n1,2\nx,3\n".to_owned(), "line 3: column a: x is no number"),
        ("y\n1\n".to_owned(), "there are no drivers"),
        ("a,y\n".to_owned(), "line 2: there are no rows"),
        (String::new(), "line 1: the file is empty"),
        ("a,y\n1,2\n2,1\n".to_owned(), "2 whole rows are too few"),
        ("a,y\n1,2\n1,1\n1,3\n1,5\n".to_owned(), "all values of a are the same"),
        (
            "a,b,y\n1,2,2\n2,4,1\n3,6,3\n5,10,5\n6,12,1\n".to_owned(),
            "b is a combination of the drivers before it",
        ),
        (format!("{},y\n", many.join(",")), "21 drivers are more than the 20"),
    ] {
        let found = desk.file("bad.csv", &content).refusal(&["drivers", "bad.csv", "--outcome", "y"]);
        assert!(found.contains(told), "{content}: {found}");
    }
    for wrong in [
        ["--drivers", "y"],
        ["--drivers", "a,a"],
        ["--scale", "10,1"],
        ["--scale", "nan,1"],
        ["--bootstrap", "1"],
    ] {
        desk.file("good.csv", "a,y\n1,2\n");
        let output = desk.ting(&[&["method", "drivers", "good.csv", "--outcome", "y"], &wrong[..]].concat());
        assert!(!output.status.success(), "{wrong:?}");
    }
}
