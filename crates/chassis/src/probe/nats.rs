use async_nats::{ConnectError, ConnectErrorKind, ConnectOptions};
use tokio::time::timeout;

use super::{Failure, PATIENCE, Trouble};
use crate::{NatsAddress, fault::chain};

/// Logs in anew at `url`.
pub async fn nats(url: &str) -> Result<(), Failure> {
    let address = NatsAddress::parse(url);
    login(address.options(), &address).await
}

pub(crate) async fn login(options: ConnectOptions, address: &NatsAddress) -> Result<(), Failure> {
    match timeout(PATIENCE, options.name("ting-doctor").connect(address.servers())).await {
        Ok(Ok(_client)) => Ok(()),
        Ok(Err(error)) => Err(failure(&error)),
        Err(_elapsed) => Err(Failure::silence()),
    }
}

fn failure(error: &ConnectError) -> Failure {
    let trouble = match error.kind() {
        ConnectErrorKind::Authentication | ConnectErrorKind::AuthorizationViolation => Trouble::Login,
        ConnectErrorKind::Tls => Trouble::Certificate,
        ConnectErrorKind::Dns
        | ConnectErrorKind::Io
        | ConnectErrorKind::TimedOut
        | ConnectErrorKind::MaxReconnects => Trouble::Unreachable,
        ConnectErrorKind::ServerParse => Trouble::Other,
    };
    Failure::new(trouble, chain(error))
}

/// Names what a stream says when it does not take an event or is not there.
pub fn of_stream(cause: String) -> Failure {
    let says = |words: &[&str]| words.iter().any(|word| cause.contains(word));
    let trouble = if says(&["maximum bytes", "maximum messages", "insufficient", "no space left", "storage"])
    {
        Trouble::Full
    } else if says(&["not found", "no stream", "no responders"]) {
        Trouble::Missing
    } else if says(&["permissions violation", "authorization"]) {
        Trouble::Login
    } else if says(&["timed out", "elapsed", "broken pipe"]) {
        Trouble::Unreachable
    } else {
        Trouble::Other
    };
    Failure::new(trouble, cause)
}
