use crate::run::Desk;

#[test]
fn what_cannot_wait_comes_first_and_says_why() {
    let desk = Desk::new();
    desk.file("c.csv", "text\n水壶冒烟起火\nall fine\nno refund after the third time I asked\n");
    let answer = desk.json(&["urgency", "c.csv"]);
    assert_eq!(answer["urgent"], 2);
    assert_eq!(answer["rows"][0]["hits"][0]["category"], "safety");
    assert_eq!(answer["rows"][1]["score"], 0.0);
    let table = desk.table(&["urgency", "c.csv"]);
    let place = |word: &str| table.find(word).unwrap();
    assert!(place("safety") < place("repeat") && !table.contains("all fine"), "{table}");
}
