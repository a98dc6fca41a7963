use std::collections::HashMap;

use ting_methods::text::{self, match_themes};
use uuid::Uuid;

use super::theme::{MIDDLE, SMALL, Theme, level_number};

/// One comment that a run has read: its theme before and in the run, both of the middle level.
#[derive(Debug, Clone)]
pub struct Member {
    pub feedback_id: String,
    pub before: Option<Uuid>,
    pub key: Option<u32>,
}

/// The themes of a run under ids that outlast it.
#[derive(Debug)]
pub struct Board {
    pub themes: Vec<Theme>,
    /// Themes of the run before that nothing continues.
    pub gone: Vec<Theme>,
}

impl Board {
    /// Gives every found theme the id of the old one it continues, or a new one.
    ///
    /// A theme continues another when it holds at least half of what stayed of it. At the third level, where no comment has a place
    /// of its own, the quotes stand for the comments.
    pub fn make(
        found: &[text::Theme],
        members: &[Member],
        old: Vec<Theme>,
        mut next_id: impl FnMut() -> Uuid,
    ) -> Self {
        let continued = continued(found, members, &old);
        let ids: HashMap<u32, Uuid> = found
            .iter()
            .map(|theme| (theme.key, continued.get(&theme.key).copied().unwrap_or_else(&mut next_id)))
            .collect();
        let themes: Vec<Theme> = found.iter().map(|theme| under_ids(theme, &ids)).collect();
        let kept: Vec<Uuid> = themes.iter().map(|theme| theme.theme_id).collect();
        let gone = old.into_iter().filter(|theme| !kept.contains(&theme.theme_id)).collect();
        Self { themes, gone }
    }

    /// How many themes of the middle level there are.
    pub fn middle(&self) -> usize {
        self.themes.iter().filter(|theme| theme.level == MIDDLE).count()
    }

    /// The middle themes by the key that the model knows them by.
    pub fn by_key(&self) -> HashMap<u32, Uuid> {
        let middle = self.themes.iter().filter(|theme| theme.level == MIDDLE);
        middle.filter_map(|theme| Some((u32::try_from(theme.model_key).ok()?, theme.theme_id))).collect()
    }
}

fn under_ids(theme: &text::Theme, ids: &HashMap<u32, Uuid>) -> Theme {
    Theme {
        theme_id: ids[&theme.key],
        level: level_number(theme.level),
        model_key: theme.key.into(),
        parent_id: theme.parent.and_then(|parent| ids.get(&parent).copied()),
        label: theme.label.clone(),
        terms: theme.terms.clone(),
        size: i64::try_from(theme.size).unwrap_or(i64::MAX),
        negative: 0,
        quote_ids: theme.quotes.iter().map(|quote| quote.id.clone()).collect(),
        quote_texts: theme.quotes.iter().map(|quote| quote.text.clone()).collect(),
    }
}

/// Comments and the theme of each, as the method compares them.
type Memberships<'a, T> = Vec<(&'a str, T)>;

/// The old id of every found theme that continues one, level by level.
fn continued(found: &[text::Theme], members: &[Member], old: &[Theme]) -> HashMap<u32, Uuid> {
    let old_parents: HashMap<Uuid, Option<Uuid>> =
        old.iter().map(|theme| (theme.theme_id, theme.parent_id)).collect();
    let new_parents: HashMap<u32, Option<u32>> =
        found.iter().map(|theme| (theme.key, theme.parent)).collect();
    let old_parent = |theme: Uuid| old_parents.get(&theme).copied().flatten();
    let new_parent = |key: u32| new_parents.get(&key).copied().flatten();

    let middle = (before(members, Some), now(members, Some));
    let large = (before(members, old_parent), now(members, new_parent));
    let small = (quoted_before(old), quoted_now(found));
    [middle, large, small].iter().flat_map(|(was, is)| match_level(was, is)).collect()
}

fn before(members: &[Member], lift: impl Fn(Uuid) -> Option<Uuid>) -> Memberships<'_, Uuid> {
    members.iter().filter_map(|member| Some((member.feedback_id.as_str(), lift(member.before?)?))).collect()
}

fn now(members: &[Member], lift: impl Fn(u32) -> Option<u32>) -> Memberships<'_, u32> {
    members.iter().filter_map(|member| Some((member.feedback_id.as_str(), lift(member.key?)?))).collect()
}

/// The method counts old themes; the store knows them by id.
fn match_level(was: &[(&str, Uuid)], is: &[(&str, u32)]) -> Vec<(u32, Uuid)> {
    let mut ids: Vec<Uuid> = was.iter().map(|(_, theme)| *theme).collect();
    ids.sort_unstable();
    ids.dedup();
    let number = |theme: &Uuid| ids.binary_search(theme).ok().and_then(|place| u32::try_from(place).ok());
    let was = was.iter().filter_map(|(feedback, theme)| Some((*feedback, number(theme)?)));
    let matched = match_themes(was, is.iter().copied());
    matched.into_iter().filter_map(|(new, old)| Some((new, *ids.get(usize::try_from(old).ok()?)?))).collect()
}

fn quoted_before(old: &[Theme]) -> Memberships<'_, Uuid> {
    let small = old.iter().filter(|theme| theme.level == SMALL);
    small.flat_map(|theme| theme.quote_ids.iter().map(|quote| (quote.as_str(), theme.theme_id))).collect()
}

fn quoted_now(found: &[text::Theme]) -> Memberships<'_, u32> {
    let small = found.iter().filter(|theme| level_number(theme.level) == SMALL);
    small.flat_map(|theme| theme.quotes.iter().map(|quote| (quote.id.as_str(), theme.key))).collect()
}

#[cfg(test)]
mod tests {
    use ting_methods::text::{Level, Theme as Found};
    use uuid::Uuid;

    use super::{Board, Member};

    fn found(key: u32, level: Level, parent: Option<u32>) -> Found {
        Found {
            key,
            level,
            parent,
            label: format!("label {key}"),
            terms: Vec::new(),
            size: 1,
            quotes: Vec::new(),
            named: false,
            locked: false,
        }
    }

    fn members(rows: &[(&str, Option<Uuid>, u32)]) -> Vec<Member> {
        let member = |(id, before, key): &(&str, Option<Uuid>, u32)| Member {
            feedback_id: (*id).to_owned(),
            before: *before,
            key: Some(*key),
        };
        rows.iter().map(member).collect()
    }

    fn ids() -> impl FnMut() -> Uuid {
        let mut last = 100;
        move || {
            last += 1;
            Uuid::from_u128(last)
        }
    }

    #[test]
    fn ids_outlast_a_run_at_every_level_that_has_comments() {
        let mut next = ids();
        let first = [
            found(0, Level::Middle, Some(2)),
            found(1, Level::Middle, Some(3)),
            found(2, Level::Large, None),
            found(3, Level::Large, None),
        ];
        let board = Board::make(
            &first,
            &members(&[("a", None, 0), ("b", None, 0), ("c", None, 1)]),
            Vec::new(),
            &mut next,
        );
        let (delivery, price) = (board.by_key()[&0], board.by_key()[&1]);
        let delivery_parent = board.themes[2].theme_id;
        assert_eq!(board.themes[0].parent_id, Some(delivery_parent));

        // The second run numbers its themes anew, and finds one more.
        let second = [
            found(0, Level::Middle, Some(9)),
            found(1, Level::Middle, Some(8)),
            found(8, Level::Large, None),
            found(9, Level::Large, None),
        ];
        let rows = members(&[
            ("a", Some(delivery), 1),
            ("b", Some(delivery), 1),
            ("d", None, 0),
            ("e", None, 0),
            ("c", Some(price), 1),
        ]);
        let again = Board::make(&second, &rows, board.themes, &mut next);
        assert_eq!(again.by_key()[&1], delivery);
        assert_eq!(again.themes[2].theme_id, delivery_parent);
        assert!(![delivery, price].contains(&again.by_key()[&0]));
        assert!(again.gone.iter().any(|theme| theme.theme_id == price), "{:?}", again.gone);
        assert_eq!(again.middle(), 2);
    }
}
