use ting_chassis::{
    auth::Caller,
    fault::RequestError,
    input::{external_id, required, uuid},
};
use ting_proto::intake::v1::{GetCustomerRequest, GetCustomerResponse, get_customer_request::By};

use super::{App, identities, messages};
use crate::store;

/// Reads a customer by either id; who they are, only for roles that may know.
#[tracing::instrument(name = "intake.get_customer", skip_all)]
pub async fn get_customer(
    app: &App,
    caller: &Caller,
    request: GetCustomerRequest,
) -> Result<GetCustomerResponse, RequestError> {
    let by = match required("by", request.by)? {
        By::CustomerId(id) => Ok(uuid("customer_id", &id)?),
        By::ExternalId(id) => Err(external_id("external_id", &id)?),
    };
    let mut tx = app.store.begin(&caller.workspace).await?;
    let found = match &by {
        Ok(id) => store::customer::by_id(&mut tx, &caller.workspace, *id).await?,
        Err(id) => store::customer::by_external_id(&mut tx, &caller.workspace, id).await?,
    };
    let customer =
        found.ok_or_else(|| RequestError::not_found("CUSTOMER_NOT_FOUND", "there is no such customer"))?;
    let identity = identities(&mut tx, caller, std::slice::from_ref(&customer)).await?.remove(&customer.id);
    tx.commit().await?;
    Ok(GetCustomerResponse { customer: Some(messages::customer(customer, identity)) })
}
