use serde::{Deserialize, Serialize};

/// Deeper trees are no affinity diagram but an accident of indentation.
const MAX_DEPTH: usize = 20;

/// A line of an outline with what is indented below it. Without anything below it is a leaf: a demanded quality; else a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Node {
    pub text: String,
    /// From 1.
    pub line: usize,
    pub children: Vec<Node>,
}

impl Node {
    pub fn is_leaf(&self) -> bool {
        self.children.is_empty()
    }
}

/// A tree of demanded qualities, written as indented text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outline {
    pub roots: Vec<Node>,
}

/// Why a text is no outline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OutlineError {
    #[error("there are no lines")]
    Empty,
    #[error("it is indented like no line above it")]
    Indent { line: usize },
    #[error("it is indented, but there is no line above it that it could belong to")]
    Orphan { line: usize },
    #[error("it is indented too deep")]
    Deep { line: usize },
}

impl OutlineError {
    /// The line at fault, from 1.
    pub fn line(self) -> usize {
        match self {
            Self::Empty => 1,
            Self::Indent { line } | Self::Orphan { line } | Self::Deep { line } => line,
        }
    }
}

impl Outline {
    /// Reads an outline: a line belongs to the nearest line above it that is indented less. A tab counts as four blanks; blank
    /// lines, lines that begin with # and the marks of lists (`-`, `*`) do not count.
    pub fn parse(text: &str) -> Result<Self, OutlineError> {
        let mut roots = Vec::new();
        // The lines that are open, from the root on, with their indentation.
        let mut open: Vec<(usize, Node)> = Vec::new();
        for (line, raw) in (1..).zip(text.lines()) {
            let body = raw.trim();
            if body.is_empty() || body.starts_with('#') {
                continue;
            }
            let blanks = raw.chars().take_while(|c| c.is_whitespace());
            let indent = blanks.map(|c| if c == '\t' { 4 } else { 1 }).sum::<usize>();
            if open.is_empty() && roots.is_empty() && indent > 0 {
                return Err(OutlineError::Orphan { line });
            }
            let deepest = open.last().map_or(0, |(indent, _)| *indent);
            let known = open.is_empty() || indent > deepest || open.iter().any(|(known, _)| *known == indent);
            if !known {
                return Err(OutlineError::Indent { line });
            }
            close(&mut open, &mut roots, indent);
            if open.len() >= MAX_DEPTH {
                return Err(OutlineError::Deep { line });
            }
            let text = body.strip_prefix("- ").or_else(|| body.strip_prefix("* ")).unwrap_or(body).trim();
            open.push((indent, Node { text: text.to_owned(), line, children: Vec::new() }));
        }
        close(&mut open, &mut roots, 0);
        if roots.is_empty() { Err(OutlineError::Empty) } else { Ok(Self { roots }) }
    }

    /// All lines with the level on which they stand, from 1, in the order of the text.
    pub fn nodes(&self) -> Vec<(usize, &Node)> {
        let mut nodes = Vec::new();
        let mut rest: Vec<(usize, &Node)> = self.roots.iter().rev().map(|node| (1, node)).collect();
        while let Some((level, node)) = rest.pop() {
            nodes.push((level, node));
            rest.extend(node.children.iter().rev().map(|child| (level + 1, child)));
        }
        nodes
    }
}

/// Closes the lines that are indented as much as `indent` or more.
fn close(open: &mut Vec<(usize, Node)>, roots: &mut Vec<Node>, indent: usize) {
    while open.last().is_some_and(|(last, _)| *last >= indent) {
        let Some((_, node)) = open.pop() else { return };
        match open.last_mut() {
            Some((_, parent)) => parent.children.push(node),
            None => roots.push(node),
        }
    }
}
