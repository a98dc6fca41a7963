use std::net::TcpListener;

use anyhow::Context as _;

/// Says at once which port is taken, and by what it would have been used, instead of failing later somewhere else.
pub fn check(ports: &[(u16, &str)]) -> anyhow::Result<()> {
    for (port, user) in ports {
        TcpListener::bind(("127.0.0.1", *port)).with_context(|| {
            format!("port {port} ({user}) is in use; end what uses it, or choose other ports with --port")
        })?;
    }
    Ok(())
}
