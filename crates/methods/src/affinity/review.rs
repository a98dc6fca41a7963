use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Node, Outline};
use crate::lint::{self, lint};
use crate::text::normalize;

/// More labels in an island than this hide several meanings.
const LARGEST: usize = 7;

/// Primary, secondary, tertiary.
const LEVELS: usize = 3;

/// Something that a customer said, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Voice {
    pub voice: String,
    /// The demanded quality it led to.
    pub quality: Option<String>,
    /// Why it was left out on purpose.
    pub discarded: Option<String>,
    /// The line it stands on.
    pub line: u64,
}

/// What is wrong or doubtful about a tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Problem {
    /// A demanded quality stands in the tree twice. Wrong.
    LeafTwice,
    /// An island is called like a demanded quality. Wrong: its name must say more.
    NameIsLeaf,
    /// A voice leads to no demanded quality and was not discarded. Wrong.
    VoiceLost,
    /// A voice leads to a demanded quality that is not in the tree. Wrong.
    QualityUnknown,
    /// Doubtful: one label is no island.
    IslandOfOne,
    /// Doubtful: more than seven labels.
    IslandTooLarge,
    /// Doubtful: a demanded quality in no island.
    NoIsland,
    /// Doubtful: more than three levels.
    TooDeep,
    /// Doubtful: the name of an island breaks a phrasing rule.
    NamePhrasing,
}

impl Problem {
    /// Whether the tree cannot stay so; else a person should look at it.
    pub fn is_wrong(self) -> bool {
        self <= Self::QualityUnknown
    }
}

/// A problem and its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    pub problem: Problem,
    /// The line of the tree, or of the voices for problems of voices.
    pub line: u64,
    pub text: String,
    /// An earlier line that it clashes with.
    pub other_line: Option<u64>,
    /// The phrasing rule.
    pub rule: Option<lint::Rule>,
}

impl Finding {
    fn new(problem: Problem, line: u64, text: &str) -> Self {
        Self { problem, line, text: text.to_owned(), other_line: None, rule: None }
    }
}

/// Checks a tree, and whether every voice came through. In the order of lines, problems of voices last.
pub fn review(outline: &Outline, voices: &[Voice]) -> Vec<Finding> {
    let nodes = outline.nodes();
    let mut leaves: BTreeMap<String, u64> = BTreeMap::new();
    let mut findings = Vec::new();
    for (level, node) in &nodes {
        let line = node.line as u64;
        if *level == LEVELS + 1 {
            findings.push(Finding::new(Problem::TooDeep, line, &node.text));
        }
        if node.is_leaf() {
            if *level == 1 {
                findings.push(Finding::new(Problem::NoIsland, line, &node.text));
            }
            match leaves.get(&normalize(&node.text)) {
                Some(earlier) => findings.push(Finding {
                    other_line: Some(*earlier),
                    ..Finding::new(Problem::LeafTwice, line, &node.text)
                }),
                None => {
                    leaves.insert(normalize(&node.text), line);
                }
            }
        }
    }
    for (_, node) in nodes.iter().filter(|(_, node)| !node.is_leaf()) {
        review_island(node, &leaves, &mut findings);
    }
    findings.sort_by_key(|finding| (finding.line, finding.problem, finding.rule));
    review_voices(voices, &leaves, &mut findings);
    findings
}

fn review_island(island: &Node, leaves: &BTreeMap<String, u64>, findings: &mut Vec<Finding>) {
    let line = island.line as u64;
    match island.children.len() {
        1 => findings.push(Finding::new(Problem::IslandOfOne, line, &island.text)),
        size if size > LARGEST => findings.push(Finding::new(Problem::IslandTooLarge, line, &island.text)),
        _ => {}
    }
    if let Some(leaf) = leaves.get(&normalize(&island.text)) {
        let finding = Finding::new(Problem::NameIsLeaf, line, &island.text);
        findings.push(Finding { other_line: Some(*leaf), ..finding });
    }
    let broken: BTreeSet<lint::Rule> = lint(&island.text, false)
        .warnings
        .iter()
        .filter(|warning| !warning.review)
        .map(|warning| warning.rule)
        .collect();
    for rule in broken {
        let finding = Finding::new(Problem::NamePhrasing, line, &island.text);
        findings.push(Finding { rule: Some(rule), ..finding });
    }
}

/// A voice may lead to several demanded qualities and stand on several lines; one that counts is enough.
fn review_voices(voices: &[Voice], leaves: &BTreeMap<String, u64>, findings: &mut Vec<Finding>) {
    let told = |text: &Option<String>| text.as_deref().is_some_and(|text| !text.trim().is_empty());
    let kept: BTreeSet<String> = voices
        .iter()
        .filter(|voice| told(&voice.quality) || told(&voice.discarded))
        .map(|voice| normalize(&voice.voice))
        .collect();
    let mut lost = BTreeSet::new();
    for voice in voices {
        if let Some(quality) = voice.quality.as_deref().filter(|quality| !quality.trim().is_empty())
            && !leaves.contains_key(&normalize(quality))
        {
            findings.push(Finding::new(Problem::QualityUnknown, voice.line, quality));
        }
        let key = normalize(&voice.voice);
        if !kept.contains(&key) && lost.insert(key) {
            findings.push(Finding::new(Problem::VoiceLost, voice.line, &voice.voice));
        }
    }
}
