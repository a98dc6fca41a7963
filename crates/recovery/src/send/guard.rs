//! The last gate before a connection: only permitted addresses pass, whatever the name says by now.

use std::{
    net::{IpAddr, SocketAddr},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    vec,
};

use hyper_util::client::legacy::connect::dns::{GaiResolver, Name};
use tower::Service;

use crate::domain::address::Networks;

/// All addresses of a host are in networks that webhooks must not reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the host has no address that a webhook may go to")]
pub struct Blocked;

/// Resolves names to permitted addresses. What it gives is what is connected to: there is no second look-up in between.
#[derive(Clone)]
pub struct GuardedResolver {
    inner: GaiResolver,
    networks: Arc<Networks>,
}

type BoxError = Box<dyn std::error::Error + Send + Sync>;

impl GuardedResolver {
    pub fn new(networks: Arc<Networks>) -> Self {
        Self { inner: GaiResolver::new(), networks }
    }
}

impl Service<Name> for GuardedResolver {
    type Response = vec::IntoIter<SocketAddr>;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.inner.poll_ready(context).map_err(Into::into)
    }

    fn call(&mut self, name: Name) -> Self::Future {
        let (lookup, networks) = (self.inner.call(name), Arc::clone(&self.networks));
        Box::pin(async move { Ok(permitted(lookup.await?, &networks)?.into_iter()) })
    }
}

/// Drops the addresses that are not permitted.
fn permitted(
    addresses: impl Iterator<Item = SocketAddr>,
    networks: &Networks,
) -> Result<Vec<SocketAddr>, Blocked> {
    let permitted: Vec<_> = addresses.filter(|address| networks.permit(address.ip())).collect();
    if permitted.is_empty() { Err(Blocked) } else { Ok(permitted) }
}

/// Checks the host of a URL when it is an address: such hosts do not pass a resolver.
pub fn check_literal(host: &str, networks: &Networks) -> Result<(), Blocked> {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    match bare.parse::<IpAddr>() {
        Ok(address) if !networks.permit(address) => Err(Blocked),
        Ok(_) | Err(_) => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use super::{Blocked, check_literal, permitted};
    use crate::domain::address::Networks;

    fn filter(addresses: &[&str], networks: &Networks) -> Result<Vec<String>, Blocked> {
        let addresses = addresses.iter().map(|address| SocketAddr::new(address.parse().unwrap(), 443));
        permitted(addresses, networks)
            .map(|kept| kept.iter().map(|address| address.ip().to_string()).collect())
    }

    #[test]
    fn private_answers_are_dropped_and_public_ones_kept() {
        let none = Networks::default();
        assert_eq!(
            filter(&["93.184.216.34", "127.0.0.1", "::1"], &none),
            Ok(vec!["93.184.216.34".to_owned()])
        );
        assert_eq!(filter(&["127.0.0.1"], &none), Err(Blocked));
        assert_eq!(filter(&["10.0.0.1", "::", "::ffff:10.0.0.1"], &none), Err(Blocked));
        assert_eq!(filter(&[], &none), Err(Blocked));
    }

    #[test]
    fn listed_networks_pass_and_others_do_not() {
        let listed = Networks::parse(&["127.0.0.0/8".to_owned()]).unwrap();
        assert_eq!(filter(&["127.0.0.1", "10.0.0.1"], &listed), Ok(vec!["127.0.0.1".to_owned()]));
    }

    #[test]
    fn literal_hosts_are_checked_too() {
        let none = Networks::default();
        for (host, good) in [
            ("127.0.0.1", false),
            ("[::1]", false),
            ("[::ffff:127.0.0.1]", false),
            ("169.254.169.254", false),
            ("8.8.8.8", true),
            ("[2606:4700::1111]", true),
            ("example.com", true),
        ] {
            assert_eq!(check_literal(host, &none).is_ok(), good, "{host}");
        }
    }
}
