use std::time::Duration;

use chrono::{DateTime, Utc};
use lettre::{
    Address, AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor, message::Mailbox, transport::smtp,
};

use super::letter::{self, letter};
use crate::{
    Config,
    domain::{
        delivery::{Failure, Outcome, Reason},
        message::{Message, NotificationKind},
    },
};

/// Settings that no e-mail can be sent with.
#[derive(Debug, thiserror::Error)]
pub enum InvalidMail {
    #[error("the address of the mail server cannot be used")]
    Server(#[source] smtp::Error),
    #[error("the sender is not a mail address")]
    Sender(#[source] lettre::address::AddressError),
}

/// What is mailed.
pub struct Mail<'a> {
    pub to: &'a str,
    pub id: &'a str,
    pub kind: NotificationKind,
    pub body: &'a str,
    pub now: DateTime<Utc>,
}

/// Hands e-mail to the operator's mail server.
pub struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    host: String,
    timeout: Duration,
}

impl Mailer {
    /// `None` when no server is set.
    pub fn try_new(config: &Config) -> Result<Option<Self>, InvalidMail> {
        if config.smtp_url.is_empty() {
            return Ok(None);
        }
        let builder =
            AsyncSmtpTransport::<Tokio1Executor>::from_url(&config.smtp_url).map_err(InvalidMail::Server)?;
        let from = config.mail_from.parse().map_err(InvalidMail::Sender)?;
        let timeout = config.attempt_timeout();
        let transport = builder.timeout(Some(timeout)).build();
        Ok(Some(Self { transport, from, host: config.mail_host.clone(), timeout }))
    }

    /// Makes one attempt. A server that hangs up after the text may have taken it: the same id goes out again.
    pub async fn send(&self, mail: &Mail<'_>) -> Outcome {
        let Some(letter) = self.write(mail) else {
            return Outcome::failed(0, Reason::Smtp, Failure::Lasting);
        };
        match tokio::time::timeout(self.timeout, self.transport.send(letter)).await {
            Err(_) => Outcome::unanswered(Reason::Timeout),
            Ok(Ok(response)) => Outcome::delivered(u16::from(response.code()).into()),
            Ok(Err(error)) => outcome(&error),
        }
    }

    /// `None` when there is no way to write this: it will not go better next time.
    fn write(&self, mail: &Mail<'_>) -> Option<lettre::Message> {
        let message: Message = serde_json::from_str(mail.body).ok()?;
        let to = Mailbox::new(None, mail.to.parse::<Address>().ok()?);
        let message_id = format!("<{}@{}>", mail.id, self.host);
        letter(letter::Address { from: &self.from, to, message_id }, mail.kind, &message, mail.now).ok()
    }
}

fn outcome(error: &smtp::Error) -> Outcome {
    let passing = Failure::Passing { after: None };
    match error.status().map(|code| i32::from(u16::from(code))) {
        Some(code) if error.is_permanent() => Outcome::failed(code, Reason::Smtp, Failure::Lasting),
        Some(code) => Outcome::failed(code, Reason::Smtp, passing),
        None if error.is_timeout() => Outcome::unanswered(Reason::Timeout),
        // What came was no reply of a mail server, or ours could not be said to it.
        None if error.is_response() || error.is_client() => Outcome::unanswered(Reason::Smtp),
        None => Outcome::unanswered(Reason::Connect),
    }
}
