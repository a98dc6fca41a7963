//! The use cases, one file each: what a call does, in which order, in which transaction.

mod get_customer;
mod get_feedback;
mod import_feedback;
mod list_customers;
mod list_feedback;
mod list_responses;
mod messages;
mod submit_feedback;
mod submit_response;
mod upsert_customer;
mod upsert_customers;

use std::time::Duration;

use prost::Message;
use ting_chassis::{
    auth::{Caller, Role},
    fault::RequestError,
    input::{InvalidInput, Page, PageKey, Violation},
    store::{Store, Tx},
};
use uuid::Uuid;

use crate::{
    domain::{Customer, CustomerId, Identity},
    store::identity,
    writer::Writer,
};

pub use get_customer::get_customer;
pub use get_feedback::get_feedback;
pub use import_feedback::{ImportError, import_feedback};
pub use list_customers::list_customers;
pub use list_feedback::list_feedback;
pub use list_responses::list_responses;
pub use submit_feedback::{batch_submit_feedback, submit_feedback};
pub use submit_response::{batch_submit_responses, submit_response};
pub use upsert_customer::upsert_customer;

/// Items in one batch of a caller, at most.
pub const MAX_BATCH: usize = 1000;
/// Bad fields named in one answer, at most: it travels in headers, which are short.
const MAX_VIOLATIONS: usize = 16;

/// Bytes of one page of a list, about: it has to go into one message.
const MAX_PAGE_BYTES: usize = 896 * 1024;

/// What the use cases work with.
#[derive(Debug)]
pub struct App {
    pub store: Store,
    pub page_key: PageKey,
    pub writer: Writer,
    /// How long an import may be silent.
    pub import_idle: Duration,
}

/// Checks every item of a batch; names the bad ones as `feedback[17].text`.
fn parse_batch<I, V>(
    name: &str,
    items: &[I],
    parse: impl Fn(&I) -> Result<V, InvalidInput>,
) -> Result<Vec<V>, InvalidInput> {
    if !(1..=MAX_BATCH).contains(&items.len()) {
        return Err(Violation::new(name, "BAD_BATCH", format!("has not 1 to {MAX_BATCH} items")).into());
    }
    let (mut good, mut bad) = (Vec::with_capacity(items.len()), Vec::new());
    for (index, item) in items.iter().enumerate() {
        match parse(item) {
            Ok(value) => good.push(value),
            Err(InvalidInput(violations)) => {
                bad.extend(
                    violations.into_iter().map(|violation| violation.within(&format!("{name}[{index}]"))),
                );
            }
        }
        if bad.len() >= MAX_VIOLATIONS {
            break;
        }
    }
    if bad.is_empty() { Ok(good) } else { Err(InvalidInput(bad)) }
}

/// The same violations inside the message `name`.
fn within(name: &str, error: InvalidInput) -> InvalidInput {
    InvalidInput(error.0.into_iter().map(|violation| violation.within(name)).collect())
}

/// Whether the role may see who customers are.
fn may_identify(role: Role) -> bool {
    match role {
        Role::Owner | Role::Admin | Role::Agent => true,
        Role::Analyst | Role::Viewer | Role::Integration | Role::Unspecified => false,
    }
}

/// The identities of customers, for a caller who may see them; for others there are none.
async fn identities(
    tx: &mut Tx,
    caller: &Caller,
    customers: &[Customer],
) -> sqlx::Result<std::collections::HashMap<CustomerId, Identity>> {
    if !may_identify(caller.role) || customers.is_empty() {
        return Ok(std::collections::HashMap::new());
    }
    let ids: Vec<CustomerId> = customers.iter().map(|customer| customer.id).collect();
    identity::read(tx, &caller.workspace, &ids).await
}

/// The id before which a page starts: lists go backwards in time, by UUIDv7.
fn before(page: &Page) -> Result<Uuid, RequestError> {
    let Some(cursor) = &page.after else { return Ok(Uuid::max()) };
    let id = cursor.first().and_then(|id| Uuid::try_parse(id).ok());
    id.ok_or_else(|| Violation::new("page_token", "BAD_PAGE_TOKEN", "is not a token of this query").into())
}

impl App {
    /// Cuts a page to what was asked for and to what one message can carry, and makes the token of the next page from the id of the
    /// last message.
    fn finish_page<M: Message>(
        &self,
        page: Page,
        scope: &str,
        messages: &mut Vec<M>,
        id: impl Fn(&M) -> &str,
    ) -> String {
        let page = Page { limit: page.limit.min(fitting(messages)), ..page };
        page.finish(&self.page_key, scope, messages, |last| vec![id(last).to_owned()])
    }
}

/// How many of the messages fit on a page: the first always does.
fn fitting<M: Message>(messages: &[M]) -> i64 {
    let (mut bytes, mut count) = (0, 0);
    for message in messages {
        bytes += message.encoded_len();
        if count > 0 && bytes > MAX_PAGE_BYTES {
            break;
        }
        count += 1;
    }
    count
}

#[cfg(test)]
mod tests {
    use ting_chassis::input::{InvalidInput, Violation};

    use super::{MAX_BATCH, MAX_PAGE_BYTES, MAX_VIOLATIONS, fitting, parse_batch};

    fn parse(item: &&str) -> Result<(), InvalidInput> {
        if *item == "good" { Ok(()) } else { Err(Violation::new("text", "EMPTY", "is empty").into()) }
    }

    #[test]
    fn a_batch_has_one_to_a_thousand_items() {
        for (size, good) in [(0, false), (1, true), (MAX_BATCH, true), (MAX_BATCH + 1, false)] {
            let parsed = parse_batch("feedback", &vec!["good"; size], parse);
            assert_eq!(parsed.is_ok(), good, "{size}");
            assert!(good || parsed.unwrap_err().0[0].reason == "BAD_BATCH");
        }
    }

    #[test]
    fn bad_items_are_named_by_their_place_as_far_as_the_answer_can_carry() {
        let some = parse_batch("feedback", &["good", "bad", "good", "bad"], parse).unwrap_err();
        let fields: Vec<&str> = some.0.iter().map(|violation| violation.field.as_str()).collect();
        assert_eq!(fields, ["feedback[1].text", "feedback[3].text"]);
        assert_eq!(parse_batch("feedback", &["bad"; MAX_BATCH], parse).unwrap_err().0.len(), MAX_VIOLATIONS);
    }

    #[test]
    fn a_page_has_as_many_messages_as_one_answer_can_carry() {
        let third = "x".repeat(MAX_PAGE_BYTES / 3 - 10);
        assert_eq!(fitting(&vec![third; 10]), 3);
        assert_eq!(fitting(&["x".repeat(2 * MAX_PAGE_BYTES), "x".to_owned()]), 1);
        assert_eq!(fitting::<String>(&[]), 0);
    }
}
