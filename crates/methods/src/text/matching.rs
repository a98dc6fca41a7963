use std::collections::BTreeMap;

/// Finds the old theme each new one continues, as new key → old key.
///
/// Both sides give the theme of each comment by id. A new theme takes the key of the old one when it holds at least
/// half of the comments of the old theme that still have a theme; the largest overlaps choose first, and no old
/// theme is taken twice. New themes without an entry are new.
pub fn match_themes<'a>(
    old: impl IntoIterator<Item = (&'a str, u32)>,
    new: impl IntoIterator<Item = (&'a str, u32)>,
) -> BTreeMap<u32, u32> {
    match_groups(old, new)
}

/// The same for members of any kind.
pub(super) fn match_groups<M: Ord>(
    old: impl IntoIterator<Item = (M, u32)>,
    new: impl IntoIterator<Item = (M, u32)>,
) -> BTreeMap<u32, u32> {
    let new: BTreeMap<M, u32> = new.into_iter().collect();
    let mut sizes: BTreeMap<u32, usize> = BTreeMap::new();
    let mut overlaps: BTreeMap<(u32, u32), usize> = BTreeMap::new();
    for (id, old_key) in old.into_iter().collect::<BTreeMap<_, _>>() {
        if let Some(new_key) = new.get(&id) {
            *sizes.entry(old_key).or_default() += 1;
            *overlaps.entry((old_key, *new_key)).or_default() += 1;
        }
    }
    let mut candidates: Vec<((u32, u32), usize)> =
        overlaps.into_iter().filter(|((old_key, _), shared)| shared * 2 >= sizes[old_key]).collect();
    candidates.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    let mut matched = BTreeMap::new();
    let mut taken = Vec::new();
    for ((old_key, new_key), _) in candidates {
        if !taken.contains(&old_key) && !matched.contains_key(&new_key) {
            taken.push(old_key);
            matched.insert(new_key, old_key);
        }
    }
    matched
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::match_themes;

    fn themes(list: &'static [(&'static str, u32)]) -> impl Iterator<Item = (&'static str, u32)> {
        list.iter().copied()
    }

    #[test]
    fn a_theme_keeps_its_key_when_most_of_its_comments_stay_together() {
        let old = themes(&[("a", 1), ("b", 1), ("c", 1), ("d", 2), ("e", 2)]);
        let new = themes(&[("a", 7), ("b", 7), ("c", 8), ("d", 8), ("e", 8), ("f", 9)]);
        assert_eq!(match_themes(old, new), BTreeMap::from([(7, 1), (8, 2)]));
    }

    #[test]
    fn one_old_theme_is_continued_by_one_new_theme_only() {
        let old = themes(&[("a", 1), ("b", 1), ("c", 1), ("d", 1)]);
        let new = themes(&[("a", 5), ("b", 5), ("c", 6), ("d", 6)]);
        assert_eq!(match_themes(old, new), BTreeMap::from([(5, 1)]));
    }

    #[test]
    fn merged_themes_keep_the_key_of_the_larger() {
        let old = themes(&[("a", 1), ("b", 2), ("c", 2)]);
        let new = themes(&[("a", 4), ("b", 4), ("c", 4)]);
        assert_eq!(match_themes(old, new), BTreeMap::from([(4, 2)]));
    }
}
