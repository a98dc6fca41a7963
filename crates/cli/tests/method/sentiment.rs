use crate::run::Desk;

#[test]
fn praise_and_complaint_are_told_apart_with_the_words_that_decided() {
    let desk = Desk::new();
    desk.file(
        "c.csv",
        "who,said\na,非常满意，服务态度很好\nb,\"Terrible, I am very disappointed\"\nc,Служба\n",
    );
    let answer = desk.json(&["sentiment", "c.csv", "--text", "said", "--id", "who"]);
    let rows = answer["rows"].as_array().unwrap();
    assert_eq!(
        (&rows[0]["tone"], &rows[1]["tone"], &rows[2]["tone"]),
        (&"positive".into(), &"negative".into(), &"neutral".into())
    );
    assert!(
        rows[0]["words"]
            .as_array()
            .unwrap()
            .iter()
            .any(|word| word["word"].as_str().unwrap().contains("满意"))
    );
    assert!(rows[1]["words"].as_array().unwrap().iter().any(|word| word["word"] == "disappointed"));
    assert_eq!(answer["not_understood"], 1);
    let negative = &answer["shares"][0];
    assert_eq!(
        (&negative["tone"], &negative["comments"], &negative["n"]),
        (&"negative".into(), &1.into(), &2.into())
    );
    // Wilson, 1 of 2.
    assert!((negative["interval"]["lower"].as_f64().unwrap() - 0.0945).abs() < 1e-3);
    assert!(desk.table(&["sentiment", "c.csv", "--text", "said"]).contains("disappointed"));
}
