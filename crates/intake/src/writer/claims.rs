//! Requests that were made before, or twice in one group.

use prost::Message;
use ting_chassis::{
    fault::RequestError,
    store::{IdempotencyError, Tx},
};

use super::{Claim, Submission, Voice};

/// What is to become of a submission.
#[derive(Debug)]
pub enum Fate<A> {
    /// It is new: its voices are taken in.
    Live,
    /// It was answered before.
    Answered(A),
    /// It repeats the submission at this place of the group, and gets the same answer.
    Repeats(usize),
    Refused(RequestError),
}

/// Claims the request ids of a group and finds those that are taken.
///
/// In the order of method and id, so that two writers cannot wait for each other.
pub async fn claim<V: Voice>(tx: &mut Tx, group: &[Submission<V>]) -> sqlx::Result<Vec<Fate<V::Answer>>> {
    let mut fates: Vec<Fate<V::Answer>> = group.iter().map(|_| Fate::Live).collect();
    let mut order: Vec<(usize, &Claim)> = group
        .iter()
        .enumerate()
        .filter_map(|(place, submission)| Some((place, submission.claim.as_ref()?)))
        .collect();
    order.sort_by_key(|(place, claim)| (claim.method, claim.request_id.as_str(), *place));
    let mut holder: Option<(usize, &Claim)> = None;
    for (place, claim) in order {
        let same_id =
            holder.filter(|(_, held)| (held.method, &held.request_id) == (claim.method, &claim.request_id));
        fates[place] = match same_id {
            Some((first, held)) if held.body == claim.body => Fate::Repeats(first),
            Some(_) => Fate::Refused(IdempotencyError::KeyReused.into()),
            None => recall(tx, claim).await?,
        };
        if matches!(fates[place], Fate::Live) {
            holder = Some((place, claim));
        }
    }
    Ok(fates)
}

async fn recall<A: Message + Default>(tx: &mut Tx, claim: &Claim) -> sqlx::Result<Fate<A>> {
    match tx.recall(claim.method, &claim.request_id, &claim.body).await {
        Ok(None) => Ok(Fate::Live),
        Ok(Some(answer)) => Ok(Fate::Answered(answer)),
        Err(IdempotencyError::Store(error)) => Err(error),
        // Of this submission alone.
        Err(error @ (IdempotencyError::KeyReused | IdempotencyError::Answer(_))) => {
            Ok(Fate::Refused(error.into()))
        }
    }
}
