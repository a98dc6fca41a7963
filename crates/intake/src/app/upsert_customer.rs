use std::collections::{BTreeMap, HashMap};

use prost::Message as _;
use ting_chassis::{auth::Caller, fault::RequestError, input, store::Tx};
use ting_proto::intake::v1::{UpsertCustomerRequest, UpsertCustomerResponse};

use super::{App, may_identify, messages, upsert_customers::upsert_customers};
use crate::{domain::NewCustomer, store::identity};

/// Registers a customer, or updates the one with this external id. What changes nothing leaves the version as it is.
#[tracing::instrument(name = "intake.upsert_customer", skip_all)]
pub async fn upsert_customer(
    app: &App,
    caller: &Caller,
    request: UpsertCustomerRequest,
) -> Result<UpsertCustomerResponse, RequestError> {
    let request_id = input::request_id(&request.request_id)?.unwrap_or_default();
    let wish = NewCustomer::of_request(&request)?;
    let etag = (!request.etag.is_empty()).then_some(request.etag.as_str());
    let mut tx = app.store.begin(&caller.workspace).await?;
    let earlier = tx.recall("UpsertCustomer", &request_id, &canonical(&request)).await?;
    let mut answer = if let Some(answer) = earlier {
        answer
    } else {
        let upserted = upsert_customers(&mut tx, &[wish], etag).await?.into_iter().next();
        let upserted = upserted.ok_or(sqlx::Error::RowNotFound)?;
        let customer = messages::customer(upserted.customer, None);
        let answer = UpsertCustomerResponse { customer: Some(customer), created: upserted.created };
        tx.remember("UpsertCustomer", &request_id, &answer).await?;
        answer
    };
    // Only now: remembered answers must not become a second place with identities.
    identify(&mut tx, caller, &mut answer).await?;
    tx.commit().await?;
    Ok(answer)
}

/// The request as bytes that are the same for the same request: maps have no order of their own.
fn canonical(request: &UpsertCustomerRequest) -> Vec<u8> {
    let sorted: BTreeMap<&String, &String> = request.attributes.iter().collect();
    let rest = UpsertCustomerRequest { attributes: HashMap::new(), ..request.clone() };
    let mut bytes = rest.encode_to_vec();
    for (key, value) in sorted {
        for text in [key, value] {
            bytes.extend((text.len() as u64).to_be_bytes());
            bytes.extend(text.as_bytes());
        }
    }
    bytes
}

async fn identify(
    tx: &mut Tx,
    caller: &Caller,
    answer: &mut UpsertCustomerResponse,
) -> Result<(), RequestError> {
    let Some(customer) = answer.customer.as_mut().filter(|_| may_identify(caller.role)) else {
        return Ok(());
    };
    let id = input::uuid("customer_id", &customer.customer_id)?;
    let identity = identity::read(tx, &caller.workspace, &[id]).await?.remove(&id);
    customer.identity = identity.map(messages::identity_message);
    Ok(())
}

#[cfg(test)]
mod tests {
    use ting_proto::intake::v1::UpsertCustomerRequest;

    use super::canonical;

    fn request(attributes: impl Iterator<Item = usize>) -> UpsertCustomerRequest {
        UpsertCustomerRequest {
            external_id: "c".to_owned(),
            attributes: attributes.map(|key| (key.to_string(), "x".to_owned())).collect(),
            ..UpsertCustomerRequest::default()
        }
    }

    #[test]
    fn the_order_of_attributes_makes_no_other_request() {
        assert_eq!(canonical(&request(0..64)), canonical(&request((0..64).rev())));
        assert_ne!(canonical(&request(0..64)), canonical(&request(1..65)));
    }
}
