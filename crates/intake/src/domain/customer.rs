use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};
use ting_chassis::input::{Checks, InvalidInput, Violation, attributes, email, external_id, optional_text};
use ting_proto::intake::v1::{CustomerInput, Identity as IdentityMessage, UpsertCustomerRequest};
use uuid::Uuid;

use super::failure;

const MAX_NAME_CHARS: usize = 256;
const MAX_NAME_BYTES: usize = 1024;
const MAX_PHONE_CHARS: usize = 32;
const MAX_PHONE_BYTES: usize = 128;

/// Ours; the company's own is the external id.
pub type CustomerId = Uuid;

/// What is known of a customer besides who they are.
pub type Attributes = BTreeMap<String, String>;

/// Who a customer is; empty where unknown. Not `Debug`: it must not reach a log.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Identity {
    pub name: String,
    pub email: String,
    pub phone: String,
}

/// A customer as somebody wants it to be.
#[derive(Clone, PartialEq, Eq)]
pub struct NewCustomer {
    pub external_id: String,
    /// `None`: left as it is.
    pub identity: Option<Identity>,
    /// `None`: left as they are.
    pub attributes: Option<Attributes>,
}

/// A customer as stored, without identity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Customer {
    pub id: CustomerId,
    pub external_id: String,
    pub attributes: Attributes,
    pub version: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

impl NewCustomer {
    /// Accepts the request if every field keeps the contract; names all that do not.
    pub fn of_request(request: &UpsertCustomerRequest) -> Result<Self, InvalidInput> {
        Self::parse(&request.external_id, request.identity.as_ref(), &request.attributes, "identity.")
    }

    /// Like [`NewCustomer::of_request`], for a row of an import: there, a row that names nobody leaves the identity as it is.
    pub fn of_input(input: CustomerInput) -> Result<Self, InvalidInput> {
        let CustomerInput { external_id, name, email, phone, attributes } = input;
        let given = !(name.is_empty() && email.is_empty() && phone.is_empty());
        let identity = given.then_some(IdentityMessage { name, email, phone });
        Self::parse(&external_id, identity.as_ref(), &attributes, "")
    }

    fn parse(
        id: &str,
        identity: Option<&IdentityMessage>,
        raw: &HashMap<String, String>,
        path: &str,
    ) -> Result<Self, InvalidInput> {
        let mut checks = Checks::default();
        let external_id = checks.keep(external_id("external_id", id));
        let identity = match identity {
            Some(identity) => Identity::parse(identity, path, &mut checks).map(Some),
            None => Some(None),
        };
        let attributes = if raw.is_empty() {
            Some(None)
        } else {
            checks.keep(attributes("attributes", raw.clone())).map(Some)
        };
        let (Some(external_id), Some(identity), Some(attributes)) = (external_id, identity, attributes)
        else {
            return Err(failure(checks));
        };
        Ok(Self { external_id, identity, attributes })
    }

    /// Takes over what a later wish for the same customer says.
    pub fn merge(&mut self, later: Self) {
        self.identity = later.identity.or(self.identity.take());
        self.attributes = later.attributes.or(self.attributes.take());
    }

    /// Whether a customer like `stored` and `identity` has to change to be as wished.
    pub fn changes(&self, stored: &Customer, identity: &Identity) -> bool {
        self.attributes.as_ref().is_some_and(|wished| *wished != stored.attributes)
            || self.identity.as_ref().is_some_and(|wished| wished != identity)
    }
}

impl Identity {
    fn parse(raw: &IdentityMessage, path: &str, checks: &mut Checks) -> Option<Self> {
        let field = |name: &str| format!("{path}{name}");
        let name = checks.keep(optional_line(&field("name"), &raw.name, MAX_NAME_CHARS, MAX_NAME_BYTES));
        let email = checks.keep(optional_email(&field("email"), &raw.email));
        let phone = checks.keep(optional_line(&field("phone"), &raw.phone, MAX_PHONE_CHARS, MAX_PHONE_BYTES));
        Some(Self { name: name?, email: email?, phone: phone? })
    }
}

/// Text on one line: names end up in the headers of e-mails.
fn optional_line(field: &str, raw: &str, max_chars: usize, max_bytes: usize) -> Result<String, Violation> {
    let line = optional_text(field, raw, max_chars, max_bytes)?.unwrap_or_default();
    if line.chars().any(char::is_control) {
        return Err(Violation::new(field, "CONTROL_CHAR", "contains a control character"));
    }
    Ok(line)
}

fn optional_email(field: &str, raw: &str) -> Result<String, Violation> {
    if raw.is_empty() { Ok(String::new()) } else { email(field, raw) }
}

impl Customer {
    /// The version as callers see it.
    pub fn etag(&self) -> String {
        self.version.to_string()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use ting_proto::intake::v1::{CustomerInput, Identity as IdentityMessage, UpsertCustomerRequest};

    use super::{Attributes, Customer, Identity, NewCustomer};

    fn stored() -> Customer {
        let at = "2026-03-01T12:00:00Z".parse().unwrap();
        Customer {
            id: uuid::Uuid::nil(),
            external_id: "c".to_owned(),
            attributes: Attributes::from([("tier".to_owned(), "gold".to_owned())]),
            version: 3,
            created_at: at,
            updated_at: at,
        }
    }

    fn wish(identity: Option<Identity>, attributes: &[(&str, &str)]) -> NewCustomer {
        let attributes: Attributes =
            attributes.iter().map(|(key, value)| ((*key).into(), (*value).into())).collect();
        NewCustomer {
            external_id: "c".to_owned(),
            identity,
            attributes: (!attributes.is_empty()).then_some(attributes),
        }
    }

    fn named(name: &str) -> Identity {
        Identity { name: name.to_owned(), ..Identity::default() }
    }

    #[test]
    fn only_a_difference_is_a_change() {
        let rows = [
            (wish(None, &[]), false),
            (wish(Some(named("Ada")), &[]), false),
            (wish(Some(named("Ada")), &[("tier", "gold")]), false),
            (wish(Some(named("Eve")), &[]), true),
            (wish(None, &[("tier", "silver")]), true),
            (wish(None, &[("tier", "gold"), ("city", "Hangzhou")]), true),
        ];
        for (index, (wish, changes)) in rows.into_iter().enumerate() {
            assert_eq!(wish.changes(&stored(), &named("Ada")), changes, "row {index}");
        }
    }

    #[test]
    fn a_later_wish_overrules_only_what_it_speaks_of() {
        let mut first = wish(Some(named("Ada")), &[("tier", "gold")]);
        first.merge(wish(None, &[("tier", "silver")]));
        assert!(first == wish(Some(named("Ada")), &[("tier", "silver")]));
    }

    #[test]
    fn fields_are_named_by_their_path_in_the_message() {
        let identity =
            IdentityMessage { name: "x".repeat(257), email: "a@b, c@d".to_owned(), phone: "1".repeat(33) };
        let request = UpsertCustomerRequest {
            identity: Some(identity.clone()),
            attributes: HashMap::from([("a.b".to_owned(), "1".to_owned())]),
            ..UpsertCustomerRequest::default()
        };
        let fields = |error: ting_chassis::input::InvalidInput| -> Vec<(String, &str)> {
            error.0.into_iter().map(|violation| (violation.field, violation.reason)).collect()
        };
        let expected = |path: &str| {
            [
                ("external_id", "EMPTY"),
                ("name", "TOO_LONG"),
                ("email", "BAD_EMAIL"),
                ("phone", "TOO_LONG"),
                ("attributes", "BAD_ATTRIBUTE_KEY"),
            ]
            .map(|(field, reason)| {
                let path = if ["name", "email", "phone"].contains(&field) { path } else { "" };
                (format!("{path}{field}"), reason)
            })
        };
        assert_eq!(fields(NewCustomer::of_request(&request).err().unwrap()), expected("identity."));
        let IdentityMessage { name, email, phone } = identity;
        let input =
            CustomerInput { external_id: String::new(), name, email, phone, attributes: request.attributes };
        assert_eq!(fields(NewCustomer::of_input(input).err().unwrap()), expected(""));
    }

    #[test]
    fn an_imported_row_that_names_nobody_leaves_the_identity_alone() {
        let input = CustomerInput { external_id: "c".to_owned(), ..CustomerInput::default() };
        assert!(NewCustomer::of_input(input).is_ok_and(|customer| customer == wish(None, &[])));
    }
}
