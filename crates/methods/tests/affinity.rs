//! Islands of labels, trees that a person made of them, and the laws of both.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;

use proptest::prelude::*;
use ting_methods::affinity::{
    AffinityError, Islands, MAX_LABELS, Options, Outline, OutlineError, Problem, Voice, islands, review,
};

fn grouped(labels: &[&str]) -> Islands {
    islands(labels, &Options::default()).unwrap()
}

/// The islands as sets of texts, so that positions do not matter.
fn texts(labels: &[&str], found: &Islands) -> BTreeSet<BTreeSet<String>> {
    let text = |at: &usize| labels[*at].to_owned();
    let alone = found.alone.iter().map(|at| BTreeSet::from([text(at)]));
    found.islands.iter().map(|island| island.labels.iter().map(text).collect()).chain(alone).collect()
}

#[test]
fn labels_that_share_words_form_islands_and_strangers_stay_alone() {
    let labels = [
        "在强风中火焰也很稳定",
        "可放在口袋里",
        "在雨中火焰也很稳定",
        "按键在黑暗中也清楚",
        "能装进口袋里",
        "在山上火焰也很稳定",
        "the refund arrives on the same day",
        "refunds arrive quickly",
    ];
    let found = grouped(&labels);
    let expected: BTreeSet<BTreeSet<String>> = [
        vec![labels[0], labels[2], labels[5]],
        vec![labels[1], labels[4]],
        vec![labels[6], labels[7]],
        vec![labels[3]],
    ]
    .into_iter()
    .map(|group| group.into_iter().map(str::to_owned).collect())
    .collect();
    assert_eq!(texts(&labels, &found), expected);
    assert!(found.islands[0].shared.iter().any(|word| word == "火焰"), "{:?}", found.islands[0]);
}

#[test]
fn the_similarity_of_an_island_is_its_mean_jaccard() {
    // Of the words steady, flame, wind and rain two are in both: 2 of 4.
    let found = grouped(&["steady flame, wind", "steady flame, rain"]);
    assert!((found.islands[0].similarity - 0.5).abs() < 1e-12, "{:?}", found.islands);
    // Pairs 火焰 焰大 大小 and 火焰 焰稳 稳定, whose words are pairs as well: 1 of 5.
    let found =
        islands(&["火焰大小", "火焰稳定"], &Options { similarity: 0.01, ..Options::default() }).unwrap();
    assert!((found.islands[0].similarity - 0.2).abs() < 1e-12, "{:?}", found.islands);
}

#[test]
fn what_is_said_twice_is_laid_out_once() {
    let found = grouped(&["噪声小", "水温恒定", " 噪声小 ", "ＡＢ 好"]);
    assert_eq!(found.duplicates, [(2, 0)]);
    assert_eq!(found.islands.iter().map(|island| island.labels.len()).sum::<usize>() + found.alone.len(), 3);
}

#[test]
fn bad_labels_and_options_are_refused() {
    assert_eq!(islands::<&str>(&[], &Options::default()), Err(AffinityError::Empty));
    assert_eq!(islands(&["a b", " "], &Options::default()), Err(AffinityError::Blank { at: 1 }));
    let many = vec!["x"; MAX_LABELS + 1];
    assert_eq!(islands(&many, &Options::default()), Err(AffinityError::TooMany { labels: MAX_LABELS + 1 }));
    for (largest, similarity) in [(1, 0.1), (5, 0.0), (5, f64::NAN), (5, 1.1)] {
        assert_eq!(islands(&["a"], &Options { largest, similarity }), Err(AffinityError::Options));
    }
}

const TREE: &str = "\
# a tree
- 点火可靠
  - 在任何天气火焰也很平稳
    - 在强风中火焰也很稳定
    - 在雨中火焰也很稳定
  - 携带方便
    - 可放在口袋里
    - 能拿在手中
";

fn problems(tree: &str, voices: &[Voice]) -> Vec<(Problem, u64)> {
    let found = review(&Outline::parse(tree).unwrap(), voices);
    found.into_iter().map(|finding| (finding.problem, finding.line)).collect()
}

fn voice(line: u64, voice: &str, quality: Option<&str>, discarded: Option<&str>) -> Voice {
    let own = |text: Option<&str>| text.map(str::to_owned);
    Voice { voice: voice.to_owned(), quality: own(quality), discarded: own(discarded), line }
}

#[test]
fn a_sound_tree_passes() {
    assert_eq!(problems(TREE, &[]), []);
    let outline = Outline::parse(TREE).unwrap();
    let levels: Vec<usize> = outline.nodes().iter().map(|(level, _)| *level).collect();
    assert_eq!(levels, [1, 2, 3, 3, 2, 3, 3]);
}

#[test]
fn every_problem_of_a_tree_is_found_at_its_line() {
    for (tree, expected) in [
        ("甲好\n  乙好\n  丙好\n丁好\n  乙好\n  戊好\n", (Problem::LeafTwice, 5)),
        ("乙好\n  乙好\n  丙好\n", (Problem::NameIsLeaf, 1)),
        ("甲好\n  乙好\n", (Problem::IslandOfOne, 1)),
        ("甲好\n a1\n a2\n a3\n a4\n a5\n a6\n a7\n a8\n", (Problem::IslandTooLarge, 1)),
        ("甲好\n  乙好\n  丙好\n丁好\n", (Problem::NoIsland, 4)),
        ("甲好\n 乙好\n  丙好\n   丁好\n   戊好\n  己好\n 庚好\n", (Problem::TooDeep, 4)),
        ("希望噪声小\n  乙好\n  丙好\n", (Problem::NamePhrasing, 1)),
    ] {
        assert!(problems(tree, &[]).contains(&expected), "{tree}: {:?}", problems(tree, &[]));
    }
}

#[test]
fn every_voice_must_lead_somewhere_or_be_discarded() {
    let voices = [
        voice(2, "风再强火也不熄灭", Some("在强风中火焰也很稳定"), None),
        voice(3, "小型", Some("可放在口袋里"), None),
        voice(4, "小型", Some("不在树里"), None),
        voice(5, "要能打电话", None, Some("另一种产品")),
        voice(6, "贵", None, None),
    ];
    assert_eq!(problems(TREE, &voices), [(Problem::QualityUnknown, 4), (Problem::VoiceLost, 6)]);
}

#[test]
fn texts_that_are_no_outline_name_the_line() {
    for (text, error) in [
        ("", OutlineError::Empty),
        ("# only this\n\n", OutlineError::Empty),
        ("  a\n", OutlineError::Orphan { line: 1 }),
        ("a\n    b\n  c\n", OutlineError::Indent { line: 3 }),
    ] {
        assert_eq!(Outline::parse(text), Err(error), "{text:?}");
    }
    let deep: Vec<String> = (0..30).map(|depth| " ".repeat(depth) + "a").collect();
    let deep = deep.join("\n");
    assert_eq!(Outline::parse(&deep), Err(OutlineError::Deep { line: 21 }));
    assert_eq!(Outline::parse("a\n\tb\n    c\n").unwrap().roots[0].children.len(), 2);
}

proptest! {
    #[test]
    fn islands_hold_every_label_once_and_never_too_many(
        labels in prop::collection::vec("[火焰稳定口袋噪声小大 a-c]{1,8}[好a]", 1..40), largest in 2_usize..7
    ) {
        let found = islands(&labels, &Options { largest, similarity: 0.1 }).unwrap();
        let mut seen: Vec<usize> = found.islands.iter().flat_map(|island| island.labels.clone()).collect();
        seen.extend(&found.alone);
        seen.extend(found.duplicates.iter().map(|(label, _)| label));
        seen.sort_unstable();
        prop_assert_eq!(seen, (0..labels.len()).collect::<Vec<_>>());
        for island in &found.islands {
            prop_assert!((2..=largest).contains(&island.labels.len()));
            prop_assert!((0.1 - 1e-9..=1.0 + 1e-9).contains(&island.similarity) || island.labels.len() > 2);
        }
    }

    #[test]
    fn the_order_of_labels_changes_no_island(
        labels in prop::collection::btree_set("[火焰稳定口袋噪声小大]{2,6}", 2..25), by in 0_usize..25
    ) {
        let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
        let mut turned = labels.clone();
        turned.rotate_left(by % labels.len());
        turned.swap(0, labels.len() - 1);
        prop_assert_eq!(texts(&labels, &grouped(&labels)), texts(&turned, &grouped(&turned)));
    }

    #[test]
    fn no_text_breaks_the_outline(text in "([ \t]{0,6}[-*#]? ?[a-c火]{0,3}\n){0,20}|\\PC{0,40}") {
        if let Ok(outline) = Outline::parse(&text) {
            let nodes = outline.nodes();
            prop_assert!(nodes.iter().map(|(_, node)| node.line).is_sorted());
            review(&outline, &[]);
        }
    }
}
