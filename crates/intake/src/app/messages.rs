//! Stored things as the messages of the contract.

use pbjson_types::Timestamp;
use ting_proto::intake::v1;

use crate::{
    domain::{Customer, Identity, kind_named, metric_named, source_named},
    store,
};

/// A customer, with as much identity as the caller may see.
pub fn customer(customer: Customer, identity: Option<Identity>) -> v1::Customer {
    v1::Customer {
        customer_id: customer.id.to_string(),
        etag: customer.etag(),
        external_id: customer.external_id,
        identity: identity.map(identity_message),
        attributes: customer.attributes.into_iter().collect(),
        created_at: Some(Timestamp::from(customer.created_at)),
        updated_at: Some(Timestamp::from(customer.updated_at)),
    }
}

pub fn identity_message(identity: Identity) -> v1::Identity {
    let Identity { name, email, phone } = identity;
    v1::Identity { name, email, phone }
}

pub fn feedback(stored: store::feedback::Stored) -> v1::Feedback {
    v1::Feedback {
        feedback_id: stored.feedback_id.to_string(),
        external_id: stored.external_id,
        customer_id: stored.customer_id.map(|id| id.to_string()).unwrap_or_default(),
        kind: kind_named(&stored.kind).into(),
        text: stored.text,
        channel: stored.channel,
        source: source_named(&stored.source).into(),
        touchpoint: stored.touchpoint,
        occurred_at: Some(Timestamp::from(stored.occurred_at)),
        received_at: Some(Timestamp::from(stored.received_at)),
    }
}

pub fn response(stored: store::response::Stored) -> v1::Response {
    v1::Response {
        response_id: stored.response_id.to_string(),
        external_id: stored.external_id,
        customer_id: stored.customer_id.map(|id| id.to_string()).unwrap_or_default(),
        metric: metric_named(&stored.metric).into(),
        value: stored.value,
        channel: stored.channel,
        touchpoint: stored.touchpoint,
        answered_at: Some(Timestamp::from(stored.answered_at)),
        received_at: Some(Timestamp::from(stored.received_at)),
    }
}
