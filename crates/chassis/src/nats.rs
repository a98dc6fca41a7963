//! Where NATS is, and who comes to it.

use std::fmt;

use async_nats::ConnectOptions;

/// An address such as `nats://intake:password@nats:4222`; several servers of one cluster are parted by commas, the user stands
/// with the first. It prints without user and password.
#[derive(Clone, PartialEq, Eq)]
pub struct NatsAddress {
    servers: String,
    user: Option<(String, String)>,
}

impl NatsAddress {
    /// Takes an address apart; whether a server is there is found out when connecting.
    pub fn parse(url: &str) -> Self {
        let (scheme, rest) = url.split_once("://").unwrap_or(("nats", url));
        let (first, others) = rest
            .split_once(',')
            .map_or((rest, String::new()), |(first, others)| (first, format!(",{others}")));
        let (user, place) = match first.rsplit_once('@') {
            Some((user, place)) => (Some(user.split_once(':').unwrap_or((user, ""))), place),
            None => (None, first),
        };
        Self {
            servers: format!("{scheme}://{place}{others}"),
            user: user.map(|(name, password)| (name.to_owned(), password.to_owned())),
        }
    }

    /// Where to connect to.
    pub fn servers(&self) -> Vec<&str> {
        self.servers.split(',').map(str::trim).collect()
    }

    /// How to connect: as the user of the address if there is one. The client would leave the user in an address unused.
    pub fn options(&self) -> ConnectOptions {
        match &self.user {
            Some((name, password)) => ConnectOptions::with_user_and_password(name.clone(), password.clone()),
            None => ConnectOptions::new(),
        }
    }
}

impl fmt::Display for NatsAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.servers)
    }
}

// Neither may a password reach a log by another way.
impl fmt::Debug for NatsAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "NatsAddress({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::NatsAddress;

    #[test]
    fn an_address_is_told_without_its_user() {
        for (given, told) in [
            ("nats://me:secret@host:4222", "nats://host:4222"),
            ("nats://me:s@cr:t@host:4222", "nats://host:4222"),
            ("nats://host:4222", "nats://host:4222"),
            ("host:4222", "nats://host:4222"),
            ("tls://me:secret@a:1,b:2", "tls://a:1,b:2"),
        ] {
            let address = NatsAddress::parse(given);
            assert_eq!(address.to_string(), told);
            assert!(!format!("{address:?}").contains("secret"));
        }
        assert_eq!(NatsAddress::parse("nats://u:p@a:1, b:2").servers(), ["nats://a:1", "b:2"]);
    }
}
