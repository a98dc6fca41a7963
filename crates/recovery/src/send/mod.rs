//! Brings notifications out: [`Sender`] takes what is due, [`Webhooks`] and [`Mailer`] deliver it.

mod guard;
mod letter;
mod mailer;
mod sender;
mod webhooks;

pub use mailer::Mailer;
pub use sender::Sender;
pub use webhooks::Webhooks;
