//! Ports for servers that may be killed and started again.

use std::net::{Ipv4Addr, TcpListener};
use std::sync::atomic::{AtomicU32, Ordering};

/// Below the ports that Linux and macOS give to outgoing connections: one of those could take the port of a server that is down for
/// a moment.
const FIRST: u32 = 10_000;
const COUNT: u32 = 20_000;

static TAKEN: AtomicU32 = AtomicU32::new(0);

/// A port of this machine that nobody listens on, another one at each call; `None` when none is left.
pub fn free_port() -> Option<u16> {
    // Processes that start together look in different places.
    let start = std::process::id().wrapping_mul(97);
    (0..COUNT).find_map(|_| {
        let step = TAKEN.fetch_add(1, Ordering::Relaxed);
        let port = u16::try_from(FIRST + start.wrapping_add(step) % COUNT).ok()?;
        TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok().then_some(port)
    })
}

#[cfg(test)]
mod tests {
    use super::free_port;

    #[test]
    fn ports_differ_and_are_below_those_of_outgoing_connections() {
        let ports: Vec<u16> = (0..10).map(|_| free_port().unwrap()).collect();
        let distinct: std::collections::HashSet<_> = ports.iter().collect();
        assert_eq!(distinct.len(), 10);
        assert!(ports.iter().all(|port| (10_000..30_000).contains(port)));
    }
}
