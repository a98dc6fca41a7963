//! Customers: registered, updated, read by those who may.

use futures::future::join_all;
use ting_chassis::auth::Role;
use ting_proto::intake::v1::{
    Customer, GetCustomerRequest, Identity, ListCustomersRequest, UpsertCustomerRequest,
    get_customer_request::By,
};
use tonic::Code;

use crate::stage::{Intaker, Stage, assert_refused, feedback, submit};

const CANARY: &str = "Ada-Canary";
/// The same as Postgres prints it in a `bytea`.
const CANARY_BYTES: &str = "4164612d43616e617279";

fn ada() -> Identity {
    Identity {
        name: CANARY.to_owned(),
        email: "ada@canary.example".to_owned(),
        phone: "+44 20 5550".to_owned(),
    }
}

fn upsert(external_id: &str, identity: Option<Identity>, tier: &str) -> UpsertCustomerRequest {
    let attributes = (!tier.is_empty()).then(|| ("tier".to_owned(), tier.to_owned()));
    UpsertCustomerRequest {
        external_id: external_id.to_owned(),
        identity,
        attributes: attributes.into_iter().collect(),
        ..UpsertCustomerRequest::default()
    }
}

async fn get(client: &mut Intaker, external_id: &str) -> Customer {
    let by = Some(By::ExternalId(external_id.to_owned()));
    client.get_customer(GetCustomerRequest { by }).await.unwrap().into_inner().customer.unwrap()
}

#[tokio::test]
async fn an_upsert_registers_then_changes_only_what_it_speaks_of() {
    let stage = Stage::start().await;
    let mut client = stage.client("acme", Role::Agent);
    let first = client.upsert_customer(upsert("c-1", Some(ada()), "gold")).await.unwrap().into_inner();
    let customer = first.customer.unwrap();
    assert!(first.created);
    assert_eq!((customer.identity.as_ref(), customer.attributes["tier"].as_str()), (Some(&ada()), "gold"));

    let same = client.upsert_customer(upsert("c-1", Some(ada()), "gold")).await.unwrap().into_inner();
    assert_eq!((same.created, same.customer.as_ref()), (false, Some(&customer)));

    let silver =
        client.upsert_customer(upsert("c-1", None, "silver")).await.unwrap().into_inner().customer.unwrap();
    assert_eq!((silver.identity.as_ref(), silver.attributes["tier"].as_str()), (Some(&ada()), "silver"));
    assert_ne!(silver.etag, customer.etag);

    let renamed = Identity { name: "Eve".to_owned(), ..Identity::default() };
    let eve = client.upsert_customer(upsert("c-1", Some(renamed.clone()), "")).await.unwrap().into_inner();
    let eve = eve.customer.unwrap();
    assert_eq!((eve.identity.as_ref(), eve.attributes["tier"].as_str()), (Some(&renamed), "silver"));
    assert_eq!(get(&mut client, "c-1").await, eve);
    let by = Some(By::CustomerId(eve.customer_id.clone()));
    let found = client.get_customer(GetCustomerRequest { by }).await.unwrap().into_inner();
    assert_eq!(found.customer, Some(eve.clone()));

    assert_eq!(stage.facts("customer_registered").await.len(), 1);
    let updated = stage.facts("customer_updated").await;
    assert_eq!(
        updated.iter().map(|fact| &fact["customerId"]).collect::<Vec<_>>(),
        [&eve.customer_id, &eve.customer_id]
    );
}

#[tokio::test]
async fn a_stale_etag_is_refused_and_changes_nothing() {
    let stage = Stage::start().await;
    let mut client = stage.client("acme", Role::Agent);
    let old = client
        .upsert_customer(upsert("c-1", Some(ada()), "gold"))
        .await
        .unwrap()
        .into_inner()
        .customer
        .unwrap();
    let with = |etag: &str, external_id: &str, tier: &str| UpsertCustomerRequest {
        etag: etag.to_owned(),
        ..upsert(external_id, None, tier)
    };
    let new = client
        .upsert_customer(with(&old.etag, "c-1", "silver"))
        .await
        .unwrap()
        .into_inner()
        .customer
        .unwrap();
    for (row, etag, external_id) in
        [("stale", old.etag.as_str(), "c-1"), ("garbage", "x", "c-1"), ("absent", "1", "c-2")]
    {
        let result = client.upsert_customer(with(etag, external_id, "lead")).await;
        assert_refused(row, result, Code::Aborted, "VERSION_CONFLICT", "");
    }
    assert_eq!(get(&mut client, "c-1").await, new);
    assert_eq!(stage.count("customer").await, 1);
}

#[tokio::test]
async fn only_who_serves_customers_sees_who_they_are() {
    let stage = Stage::start().await;
    stage.client("acme", Role::Owner).upsert_customer(upsert("c-1", Some(ada()), "gold")).await.unwrap();
    let rows = [
        (Role::Owner, true),
        (Role::Admin, true),
        (Role::Agent, true),
        (Role::Analyst, false),
        (Role::Viewer, false),
        (Role::Integration, false),
    ];
    for (role, sees) in rows {
        let mut client = stage.client("acme", role);
        let expected = sees.then(ada);
        assert_eq!(get(&mut client, "c-1").await.identity, expected, "{role:?}");
        let list = client.list_customers(ListCustomersRequest::default()).await.unwrap().into_inner();
        assert_eq!(list.customers[0].identity, expected, "{role:?}");
    }
    let written =
        stage.client("acme", Role::Integration).upsert_customer(upsert("c-1", Some(ada()), "gold")).await;
    assert_eq!(written.unwrap().into_inner().customer.unwrap().identity, None);
}

#[tokio::test]
async fn identities_are_kept_in_one_table_and_in_no_event() {
    let stage = Stage::start().await;
    let mut client = stage.client("acme", Role::Agent);
    let request =
        UpsertCustomerRequest { request_id: "u-1".to_owned(), ..upsert("c-1", Some(ada()), "gold") };
    client.upsert_customer(request.clone()).await.unwrap();
    // The repetition is answered with the identity all the same.
    let again = client.upsert_customer(request).await.unwrap().into_inner();
    assert_eq!(again.customer.unwrap().identity, Some(ada()));
    stage.intake.outbox_empty().await;
    let mut owner = stage.intake.owner().await;
    for table in ["customer", "outbox", "idempotency", "aggregate"] {
        let sql = format!("SELECT coalesce(string_agg(t::text, ' '), '') FROM {table} AS t");
        let dump: String = sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_one(&mut owner).await.unwrap();
        assert!(!dump.is_empty(), "{table} has rows");
        assert!(!dump.contains(CANARY) && !dump.contains(CANARY_BYTES), "{table}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn upserts_and_feedback_at_once_register_a_customer_once() {
    let stage = Stage::start().await;
    let upserts =
        (0..20).map(|turn| {
            let mut client = stage.client("acme", Role::Agent);
            async move {
                client.upsert_customer(upsert("c-1", Some(ada()), &format!("tier{turn}"))).await.map(drop)
            }
        });
    let voices = (0..20).map(|turn| {
        let mut client = stage.client("acme", Role::Agent);
        async move { client.submit_feedback(submit("", feedback(&turn.to_string()))).await.map(drop) }
    });
    let (upserts, voices) = futures::join!(join_all(upserts), join_all(voices));
    assert!(upserts.into_iter().chain(voices).all(|result| result.is_ok()));
    assert_eq!(stage.count("customer").await, 1);
    assert_eq!(stage.count("feedback WHERE customer_id IS NOT NULL").await, 20);
    assert_eq!(stage.facts("customer_registered").await.len(), 1);
    let customer = get(&mut stage.client("acme", Role::Agent), "c-1").await;
    let updates = stage.facts("customer_updated").await.len();
    assert_eq!(customer.etag, (updates + 1).to_string());
}

#[tokio::test]
async fn who_is_not_there_is_not_found() {
    let stage = Stage::start().await;
    let mut client = stage.client("acme", Role::Agent);
    let ghosts = [
        By::ExternalId("ghost".to_owned()),
        By::CustomerId("0191e7a8-c7f9-7bd4-a9a8-d2b0c9a7e1f0".to_owned()),
    ];
    for by in ghosts {
        let result = client.get_customer(GetCustomerRequest { by: Some(by) }).await;
        assert_refused("ghost", result, Code::NotFound, "CUSTOMER_NOT_FOUND", "");
    }
}
