use super::duplicates;
use super::fit::Comment;
use super::names::Member;
use crate::random::mix;

/// One statement and everybody who made it.
pub(super) struct Statement<'a> {
    pub(super) text: &'a str,
    pub(super) votes: u32,
    /// The comment with the smallest id.
    pub(super) first: usize,
    /// The comment whose text was read.
    pub(super) read: usize,
}

/// The distinct statements, in the order of their texts: the order of rows decides nothing.
pub(super) struct Statements<'a> {
    pub(super) distinct: Vec<Statement<'a>>,
    /// The statement of each comment.
    pub(super) of: Vec<usize>,
}

impl<'a> Statements<'a> {
    pub(super) fn fold(comments: &[Comment<'_>], plain: &'a [String]) -> Self {
        let mut order: Vec<usize> = (0..comments.len()).collect();
        let key = |at: &usize| (&plain[*at], &comments[*at].id, *at);
        order.sort_unstable_by(|a, b| key(a).cmp(&key(b)));
        let texts: Vec<&str> = order.iter().map(|at| plain[*at].as_str()).collect();
        let leaders = duplicates::fold(&texts);
        let (mut distinct, mut of): (Vec<Statement<'a>>, _) = (Vec::new(), vec![0; comments.len()]);
        let mut statement_at = vec![0; order.len()];
        for (position, (comment, leader)) in order.iter().zip(&leaders).enumerate() {
            if *leader == position {
                statement_at[position] = distinct.len();
                distinct.push(Statement { text: texts[position], votes: 0, first: *comment, read: *comment });
            }
            let number = statement_at[*leader];
            let statement = &mut distinct[number];
            statement.votes = statement.votes.saturating_add(1);
            if comments[*comment].id < comments[statement.first].id {
                statement.first = *comment;
            }
            of[*comment] = number;
        }
        Self { distinct, of }
    }

    /// The statements to fit, in order.
    pub(super) fn sample(&self, seed: u64, most: usize) -> Vec<usize> {
        let mut all: Vec<usize> = (0..self.distinct.len()).collect();
        if all.len() > most {
            let draw = |at: &usize| {
                let bytes = self.distinct[*at].text.bytes();
                bytes.fold(mix(seed), |state, byte| mix(state ^ u64::from(byte)))
            };
            all.sort_by_cached_key(|at| (draw(at), *at));
            all.truncate(most);
            all.sort_unstable();
        }
        all
    }

    pub(super) fn member<'c>(
        &self,
        comments: &'c [Comment<'c>],
        statement: usize,
        document: usize,
    ) -> Member<'c> {
        let Statement { votes, first, read, .. } = self.distinct[statement];
        Member { document, votes, id: &comments[first].id, raw: comments[read].text }
    }
}
