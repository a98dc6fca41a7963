//! Ports for servers that may be killed and started again.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicU32, Ordering};

use socket2::{Domain, Socket, Type};

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
        is_free(port).is_ok().then_some(port)
    })
}

/// Fails when somebody listens on a port of this machine.
///
/// The socket that tries it never listens: a process that is being started by another thread may hold a copy of it for a moment, and a
/// copy that listened would keep the port from whoever wants it.
pub(crate) fn is_free(port: u16) -> io::Result<()> {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None)?;
    socket.set_reuse_address(true)?;
    socket.bind(&SocketAddr::from((Ipv4Addr::LOCALHOST, port)).into())
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::{free_port, is_free};

    #[test]
    fn a_port_is_taken_while_somebody_listens_and_not_while_somebody_asks() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        assert_eq!(is_free(port).unwrap_err().kind(), std::io::ErrorKind::AddrInUse);
        let free = free_port().unwrap();
        let asking: Vec<_> = (0..8).map(|_| std::thread::spawn(move || is_free(free))).collect();
        assert!(asking.into_iter().all(|asked| asked.join().unwrap().is_ok()));
    }

    #[test]
    fn ports_differ_and_are_below_those_of_outgoing_connections() {
        let ports: Vec<u16> = (0..10).map(|_| free_port().unwrap()).collect();
        let distinct: std::collections::HashSet<_> = ports.iter().collect();
        assert_eq!(distinct.len(), 10);
        assert!(ports.iter().all(|port| (10_000..30_000).contains(port)));
    }
}
