//! Laws, on random counts and surveys.
#![expect(clippy::cast_precision_loss, reason = "the counts of these tests are small")]

use proptest::prelude::*;
use ting_methods::kano::{
    Answer, Category, Counts, Cut, Findings, Fong, Options, Rule, Rules, Study, Table, picture_of_means,
};

use crate::{Row, answer, found};

fn counts() -> impl Strategy<Value = Counts> {
    prop::array::uniform6(0_u64..300).prop_map(|[m, o, a, i, r, q]| Counts { m, o, a, i, r, q })
}

/// Respondent, requirement, segment, the two answers of which a 6 stands for none, importance.
type Given = (u8, u8, u8, u8, u8, Option<u8>);

fn survey() -> impl Strategy<Value = Vec<Given>> {
    let row = (0_u8..12, 0_u8..5, 0_u8..3, 1_u8..7, 1_u8..7, prop::option::of(0_u8..11));
    prop::collection::vec(row, 0..60).prop_map(|mut rows| {
        // One answer for each respondent and requirement, so that order cannot decide which one is the duplicate.
        rows.sort_unstable_by_key(|row| (row.0, row.1));
        rows.dedup_by_key(|row| (row.0, row.1));
        rows
    })
}

fn findings(rows: &[Given], options: &Options) -> Findings {
    let mut study = Study::new(Table::pouliot());
    for (who, what, segment, functional, dysfunctional, importance) in rows {
        let (who, what, segment) = (format!("顾客{who}"), format!("需求{what}"), segment.to_string());
        let given = |answer: &u8| (*answer < 6).then_some(*answer);
        let answer = answer(&who, &what, 1, 1);
        let answer = Answer {
            segment: Some(&segment),
            functional: given(functional),
            dysfunctional: given(dysfunctional),
            importance: *importance,
            ..answer
        };
        study.add(&answer).unwrap();
    }
    study.findings(options)
}

proptest! {
    #[test]
    fn coefficients_keep_their_sums(counts in counts()) {
        let (n, classified) = (counts.n() as f64, counts.classified() as f64);
        prop_assert_eq!(counts.better().is_some(), counts.classified() > 0);
        if let Some((better, worse)) = counts.better().zip(counts.worse()) {
            prop_assert!((0.0..=1.0).contains(&better) && (-1.0..=0.0).contains(&worse));
            let (a, m, o, i) = (counts.a as f64, counts.m as f64, counts.o as f64, counts.i as f64);
            prop_assert!((better + worse - (a - m) / classified).abs() < 1e-12);
            prop_assert!((better - worse - 1.0 - (o - i) / classified).abs() < 1e-12);
            prop_assert!(counts.better_interval().unwrap().contains(better));
            prop_assert!(counts.worse_interval().unwrap().contains(worse));
        }
        if let Some(total) = counts.total_strength() {
            let rest = (counts.i + counts.r + counts.q) as f64 / n;
            prop_assert!((total + rest - 1.0).abs() < 1e-12);
            prop_assert!((0.0..=1.0).contains(&counts.category_strength().unwrap()));
        }
    }

    #[test]
    fn scaling_all_counts_changes_no_coefficient_and_no_category(counts in counts(), factor in 1_u64..50) {
        let Counts { m, o, a, i, r, q } = counts;
        let scaled = Counts { m: m * factor, o: o * factor, a: a * factor, i: i * factor, r: r * factor, q: q * factor };
        prop_assert_eq!(counts.better(), scaled.better());
        prop_assert_eq!(counts.worse(), scaled.worse());
        prop_assert_eq!(counts.total_strength(), scaled.total_strength());
        prop_assert_eq!(counts.category_strength(), scaled.category_strength());
        prop_assert_eq!(Rules::of(&counts, 0.06), Rules::of(&scaled, 0.06));
    }

    #[test]
    fn the_rules_choose_what_they_promise(counts in counts()) {
        let Counts { m, o, a, i, r, q } = counts;
        let votes = |category: Category| Category::VOTED.iter().position(|voted| *voted == category).map_or(q, |at| [m, o, a, i, r][at]);
        let rules = Rules::of(&counts, 0.06);
        let most = [m, o, a, i, r].into_iter().max().unwrap();
        prop_assert_eq!(rules.mode == Category::Unclassified, most == 0);
        if most > 0 {
            prop_assert_eq!(votes(rules.mode), most);
            // Nothing graver has as many.
            prop_assert!(Category::VOTED.into_iter().take_while(|c| *c != rules.mode).all(|c| votes(c) < most));
            prop_assert!(rules.near_tie <= rules.mode && votes(rules.near_tie) > 0);
            prop_assert!((most - votes(rules.near_tie)) as f64 / counts.n() as f64 <= 0.06);
        }
        let matters = o + a + m > i + r + q;
        let chosen = matches!(rules.blauth, Category::MustBe | Category::OneDimensional | Category::Attractive);
        prop_assert_eq!(chosen, matters);
        let rivals = if matters { [m, o, a] } else { [i, r, q] };
        prop_assert_eq!(votes(rules.blauth), rivals.into_iter().max().unwrap());
        for rule in [Rule::Mode, Rule::NearTie, Rule::Blauth] {
            prop_assert!([rules.mode, rules.near_tie, rules.blauth].contains(&rules.by(rule)));
        }
    }

    #[test]
    fn a_tie_is_never_significant(counts in counts()) {
        let mut sorted = [counts.m, counts.o, counts.a, counts.i, counts.r];
        sorted.sort_unstable();
        match Fong::of(&counts) {
            None => prop_assert_eq!(sorted[4], 0),
            Some(fong) => {
                prop_assert_eq!(fong.difference, sorted[4] - sorted[3]);
                prop_assert!(fong.threshold > 0.0 && fong.threshold.is_finite());
                prop_assert!(fong.difference > 0 || !fong.significant);
                prop_assert_eq!(fong.significant, fong.difference as f64 >= fong.threshold);
            }
        }
    }

    #[test]
    fn the_order_of_rows_changes_nothing(rows in survey(), seed in any::<u64>(), means in any::<bool>()) {
        let options = Options { cut: if means { Cut::Means } else { Cut::Middle }, ..Options::default() };
        let mut shuffled = rows.clone();
        let mut random = ting_methods::random::Random::new(seed);
        for at in (1..shuffled.len()).rev() {
            shuffled.swap(at, random.below(at + 1));
        }
        let (one, other) = (findings(&rows, &options), findings(&shuffled, &options));
        prop_assert_eq!(picture_of_means(&one), picture_of_means(&other));
        prop_assert_eq!(one, other);
    }

    #[test]
    fn rescaling_importance_leaves_weighted_means(
        rows in prop::collection::vec((1_u8..6, 1_u8..6, 0_u8..6), 1..40)
    ) {
        let doubled: Vec<Row> = rows.iter().map(|(f, d, w)| (*f, *d, w * 2)).collect();
        let (one, two) = (found(Table::standard(), &rows), found(Table::standard(), &doubled));
        prop_assert_eq!(one.continuous.functional_weighted, two.continuous.functional_weighted);
        prop_assert_eq!(one.continuous.dysfunctional_weighted, two.continuous.dysfunctional_weighted);
        prop_assert_eq!(one.continuous.functional_weighted.is_none(), rows.iter().all(|row| row.2 == 0));
    }

    /// The scale (1, ½, 0, −¼, −½) of other packages is a quarter of this one, so means lie within it.
    #[test]
    fn means_stay_on_their_scale_and_counts_add_up(rows in survey()) {
        let findings = findings(&rows, &Options::default());
        let whole = rows.iter().filter(|row| row.3 < 6 && row.4 < 6).count() as u64;
        prop_assert_eq!(findings.answers, whole);
        prop_assert_eq!(findings.dropped, rows.len() as u64 - whole);
        for found in &findings.requirements {
            prop_assert_eq!(found.n, found.classified + found.counts.r + found.counts.q);
            for mean in [found.continuous.functional, found.continuous.dysfunctional_weighted].into_iter().flatten() {
                prop_assert!((-2.0..=4.0).contains(&mean));
            }
            if let Some((interval, mean)) = found.continuous.functional_interval.zip(found.continuous.functional) {
                prop_assert!(interval.contains(mean));
            }
        }
    }
}
