//! Where notifications of a local cluster end: a webhook receiver and a mail server that keep what they get.

mod mail;
mod webhook;

pub use mail::{Mail, MailSink};
pub use webhook::{Webhook, WebhookSink};
