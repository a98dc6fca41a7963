use super::search::Exhausted;

/// A part of `count` things that does not go together, each needed for it (Junker, *QuickXplain*, AAAI 2004).
///
/// `fits` tells whether some of the things go together, with all that is beyond question. Which of several such parts is
/// found depends on the order of the things alone.
pub(super) fn conflict(
    count: usize,
    fits: &mut impl FnMut(&[usize]) -> Result<bool, Exhausted>,
) -> Result<Vec<usize>, Exhausted> {
    let all: Vec<usize> = (0..count).collect();
    let mut found = if count == 0 || !fits(&[])? { Vec::new() } else { within(&[], false, &all, fits)? };
    found.sort_unstable();
    Ok(found)
}

fn within(
    given: &[usize],
    grown: bool,
    things: &[usize],
    fits: &mut impl FnMut(&[usize]) -> Result<bool, Exhausted>,
) -> Result<Vec<usize>, Exhausted> {
    if grown && !fits(given)? {
        return Ok(Vec::new());
    }
    if things.len() == 1 {
        return Ok(things.to_vec());
    }
    let (first, second) = things.split_at(things.len() / 2);
    let of_second = within(&[given, first].concat(), true, second, fits)?;
    let of_first = within(&[given, &of_second].concat(), !of_second.is_empty(), first, fits)?;
    Ok([of_first, of_second].concat())
}

/// The things to keep so that they go together and weigh most; the flag tells whether it is known to be the most.
///
/// What does not go together stays so when more is added, so subsets are tried one thing at a time.
pub(super) fn heaviest(
    weights: &[f64],
    fits: &mut impl FnMut(&[usize]) -> Result<bool, Exhausted>,
) -> (Vec<usize>, bool) {
    let mut best = Best { kept: None, lost: f64::INFINITY };
    let done = keep(weights, 0, &mut Vec::new(), 0.0, &mut best, fits);
    (best.kept.unwrap_or_default(), done.is_ok())
}

struct Best {
    kept: Option<Vec<usize>>,
    lost: f64,
}

fn keep(
    weights: &[f64],
    at: usize,
    kept: &mut Vec<usize>,
    lost: f64,
    best: &mut Best,
    fits: &mut impl FnMut(&[usize]) -> Result<bool, Exhausted>,
) -> Result<(), Exhausted> {
    if lost >= best.lost {
        return Ok(());
    }
    let Some(weight) = weights.get(at) else {
        *best = Best { kept: Some(kept.clone()), lost };
        return Ok(());
    };
    kept.push(at);
    let possible = fits(kept);
    if possible == Ok(true) {
        keep(weights, at + 1, kept, lost, best, fits)?;
    }
    kept.pop();
    possible?;
    keep(weights, at + 1, kept, lost + weight, best, fits)
}
