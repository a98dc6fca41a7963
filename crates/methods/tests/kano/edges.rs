//! Answers that say little, nothing, or too much.

use ting_methods::kano::{
    Answer, Category, Counts, Cut, KanoError, Options, Question, Rules, Study, Table,
    picture_of_coefficients, picture_of_means,
};

use crate::{answer, close, found};

#[test]
fn questionable_answers_alone_classify_nothing() {
    let found = found(Table::standard(), &[(1, 1, 5), (5, 5, 0)]);
    assert_eq!(found.category, Category::Unclassified);
    assert_eq!((found.better, found.worse, found.fong, found.chi_squared), (None, None, None, None));
    assert_eq!((found.quadrant, found.better_interval, found.worse_interval), (None, None, None));
    assert_eq!(found.n, 2);
    assert_eq!(Rules::of(&Counts::default(), 0.06).near_tie, Category::Unclassified);
    assert_eq!(Counts::default().total_strength(), None);
}

/// The near-tie rule must not hand a requirement to a category for which nobody voted.
#[test]
fn a_category_without_votes_is_near_nothing() {
    let counts = Counts { a: 3, q: 97, ..Counts::default() };
    let rules = Rules::of(&counts, 0.06);
    assert_eq!((rules.near_tie, rules.blauth), (Category::Attractive, Category::Unclassified));
}

#[test]
fn importance_of_nothing_weighs_nothing() {
    let found = found(Table::standard(), &[(1, 5, 0), (2, 3, 0)]);
    assert_eq!(found.continuous.importance, Some(0.0));
    assert_eq!(found.continuous.functional_weighted, None);
    assert_eq!(found.continuous.quadrant_weighted, None);
}

#[test]
fn one_answer_has_no_deviation() {
    let found = found(Table::standard(), &[(1, 5, 9)]);
    assert_eq!(found.continuous.functional, Some(4.0));
    assert_eq!((found.continuous.functional_sd, found.continuous.functional_interval), (None, None));
    assert!(found.better_interval.unwrap().lower < 0.3);
}

#[test]
fn what_is_no_answer_is_refused_and_changes_nothing() {
    let mut study = Study::new(Table::standard());
    study.add(&Answer { line: 2, ..answer("a", "x", 1, 5) }).unwrap();
    let before = study.findings(&Options::default());
    for (functional, dysfunctional, question) in
        [(0, 1, Question::Functional), (6, 1, Question::Functional), (1, 255, Question::Dysfunctional)]
    {
        let refused = study.add(&answer("b", "x", functional, dysfunctional)).unwrap_err();
        assert!(
            matches!(refused, KanoError::Answer { question: asked, most: 5, .. } if asked == question),
            "{refused:?}"
        );
    }
    let again = study.add(&Answer { line: 3, ..answer("a", "x", 2, 2) });
    assert_eq!(again, Err(KanoError::Duplicate { first_line: 2 }));
    let heavy = study.add(&Answer { importance: Some(11), ..answer("b", "x", 1, 1) });
    assert_eq!(heavy, Err(KanoError::Importance { value: 11 }));
    assert_eq!(study.findings(&Options::default()), before);
    assert!(Study::new(Table::short3()).add(&answer("a", "x", 4, 1)).is_err());
}

#[test]
fn half_a_pair_is_dropped_and_counted() {
    let mut study = Study::new(Table::standard());
    for (who, functional, dysfunctional) in [("a", None, Some(1)), ("b", Some(1), None), ("c", None, None)] {
        study.add(&Answer { functional, dysfunctional, ..answer(who, "x", 1, 1) }).unwrap();
    }
    // Whoever left a half out may answer after all.
    study.add(&answer("a", "x", 1, 5)).unwrap();
    let findings = study.findings(&Options::default());
    assert_eq!((findings.respondents, findings.answers, findings.dropped), (1, 1, 3));
    assert_eq!(findings.requirements[0].n, 1);
}

#[test]
fn nobody_answered_is_an_answer_too() {
    let findings = Study::new(Table::standard()).findings(&Options { cut: Cut::Means, ..Options::default() });
    assert_eq!((findings.respondents, findings.questionable_share), (0, None));
    assert_eq!(findings.straight_lining.share, None);
    assert!(picture_of_coefficients(&findings).ends_with("</svg>\n"));
    assert!(picture_of_means(&findings).ends_with("</svg>\n"));
}

#[test]
fn who_gives_the_same_pair_to_everything_is_told() {
    let mut study = Study::new(Table::standard());
    for requirement in ["x", "y", "z"] {
        study.add(&answer("same", requirement, 3, 3)).unwrap();
        study.add(&answer("other", requirement, 3, if requirement == "z" { 4 } else { 3 })).unwrap();
    }
    // Two alike are no sign yet.
    study.add(&answer("short", "x", 1, 5)).unwrap();
    study.add(&answer("short", "y", 1, 5)).unwrap();
    let told = study.findings(&Options::default()).straight_lining;
    assert_eq!((told.count, told.share), (1, Some(0.5)));
    assert_eq!(told.respondents, ["same"]);
}

#[test]
fn segments_are_told_apart_and_cut_at_their_common_means() {
    let mut study = Study::new(Table::standard());
    for (who, segment, functional, dysfunctional) in
        [("a", "old", 1, 5), ("b", "new", 3, 3), ("c", "new", 1, 3)]
    {
        study.add(&Answer { segment: Some(segment), ..answer(who, "x", functional, dysfunctional) }).unwrap();
    }
    let findings = study.findings(&Options { cut: Cut::Means, ..Options::default() });
    let seen: Vec<_> =
        findings.requirements.iter().map(|found| (found.segment.as_deref(), found.n, found.better)).collect();
    assert_eq!(seen, [(Some("new"), 2, Some(0.5)), (Some("old"), 1, Some(1.0))]);
    close(findings.cuts.better, 0.75, 1e-12);
    close(findings.cuts.worse, 0.5, 1e-12);
    close(findings.cuts.functional, 3.0, 1e-12);
    assert_eq!(findings.requirements[0].quadrant, Some(Category::Indifferent));
    assert_eq!(findings.requirements[1].quadrant, Some(Category::OneDimensional));
}
