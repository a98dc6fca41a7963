use crate::run::Desk;

#[test]
fn repetitions_are_grouped_and_likeness_is_shown() {
    let desk = Desk::new();
    let text = "the courier left my parcel in the rain again today";
    desk.file("c.csv", format!("id,text\nb,{text}\na,{text}!\nc,{text} and laughed\nd,something else\n"));
    let answer = desk.json(&["duplicates", "c.csv", "--id", "id"]);
    assert_eq!(answer["groups"], serde_json::json!([{"keep": "a", "folded": ["b"]}]));
    let similar = answer["similar"].as_array().unwrap();
    assert_eq!((similar.len(), &similar[0]["a"], &similar[0]["b"]), (1, &"a".into(), &"c".into()));
    let told = desk.ting(&["method", "duplicates", "c.csv", "--threshold", "0.2"]);
    assert_eq!(told.status.code(), Some(2));
    assert!(desk.table(&["duplicates", "c.csv", "--id", "id"]).contains("1 of 4 comments repeat another"));
}
