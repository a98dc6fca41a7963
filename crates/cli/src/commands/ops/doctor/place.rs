//! Looks at an address from outside: whether somebody answers there, and until when its certificate is good.

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use http::Uri;
use ting_chassis::{
    fault::chain,
    probe::{Failure, Trouble},
};
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};
use tokio_rustls::{TlsConnector, client::TlsStream, rustls::pki_types::ServerName};

use super::{certificate, check::Check};

const PATIENCE: Duration = Duration::from_secs(5);
/// Early enough to renew a certificate by hand.
const SOON: TimeDelta = TimeDelta::days(14);
const RENEW: &str = "renew it where TLS ends: the proxy in front";

/// What can be said of the certificate of an https address that is good still; nothing about any other address.
pub(super) async fn certificate(address: &str, now: DateTime<Utc>) -> Option<Check> {
    let uri: Uri = address.parse().ok().filter(|uri: &Uri| uri.scheme_str() == Some("https"))?;
    let stream = timeout(PATIENCE, secure(&uri)).await.ok()?.ok()?;
    judge(&stream, now)
}

/// Asks the page whether it is there.
pub(super) async fn page(address: &str, now: DateTime<Utc>) -> Vec<Check> {
    let asked = timeout(PATIENCE, ask(address, now)).await;
    let silence =
        || Err(Failure::new(Trouble::Unreachable, format!("no answer within {} s", PATIENCE.as_secs())));
    match asked.unwrap_or_else(|_elapsed| silence()) {
        Ok((status, certificate)) if status < 500 => {
            [Some(Check::well("page")), certificate].into_iter().flatten().collect()
        }
        Ok((status, _)) => {
            vec![Check::wrong(
                "page",
                format!("it answers with {status}"),
                "see the log of the gateway, or of the proxy in front of it",
            )]
        }
        Err(failure) => {
            let todo = "see whether the gateway runs (docker compose ps gateway), and the proxy in front of it if there is one";
            vec![Check::wrong("page", failure.cause, todo)]
        }
    }
}

async fn ask(address: &str, now: DateTime<Utc>) -> Result<(u16, Option<Check>), Failure> {
    let uri: Uri = address
        .parse()
        .map_err(|_| Failure::new(Trouble::Other, "--page wants a whole http or https address"))?;
    if uri.scheme_str() == Some("https") {
        let stream = secure(&uri).await?;
        let certificate = judge(&stream, now);
        return Ok((status(stream, &uri).await?, certificate));
    }
    Ok((status(plain(&uri).await?, &uri).await?, None))
}

async fn plain(uri: &Uri) -> Result<TcpStream, Failure> {
    let host = uri.host().ok_or_else(|| Failure::new(Trouble::Other, "the address names no host"))?;
    let port = uri.port_u16().unwrap_or(if uri.scheme_str() == Some("https") { 443 } else { 80 });
    // An IPv6 address stands in brackets.
    let place = (host.trim_start_matches('[').trim_end_matches(']'), port);
    TcpStream::connect(place).await.map_err(|error| silent(&error))
}

/// Trusts whoever answers: nothing but a date is wanted, and nothing secret is said.
async fn secure(uri: &Uri) -> Result<TlsStream<TcpStream>, Failure> {
    let stream = plain(uri).await?;
    let host = uri.host().unwrap_or_default().trim_start_matches('[').trim_end_matches(']').to_owned();
    let name = ServerName::try_from(host).map_err(|error| silent(&error))?;
    let connector = TlsConnector::from(Arc::new(certificate::any()));
    connector.connect(name, stream).await.map_err(|error| silent(&error))
}

/// The status with which a page is answered.
async fn status(mut stream: impl AsyncRead + AsyncWrite + Unpin, uri: &Uri) -> Result<u16, Failure> {
    let host = uri.authority().map_or("", http::uri::Authority::as_str);
    let request = format!("GET {} HTTP/1.0\r\nHost: {host}\r\n\r\n", uri.path());
    stream.write_all(request.as_bytes()).await.map_err(|error| silent(&error))?;
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).await.map_err(|error| silent(&error))?;
    let told = str::from_utf8(&answer).ok().and_then(|line| line.split(' ').nth(1)?.parse().ok());
    told.ok_or_else(|| Failure::new(Trouble::Other, "what answers does not speak HTTP"))
}

fn judge(stream: &TlsStream<TcpStream>, now: DateTime<Utc>) -> Option<Check> {
    let leaf = stream.get_ref().1.peer_certificates()?.first()?;
    let until = certificate::not_after(leaf)?;
    let date = until.format("%Y-%m-%d %H:%M UTC");
    Some(if until <= now {
        Check::wrong("certificate", format!("it lapsed on {date}"), RENEW)
    } else if until - now < SOON {
        Check::soon("certificate", format!("it lapses on {date}"), RENEW)
    } else {
        Check::well("certificate")
    })
}

fn silent(error: &(dyn std::error::Error + 'static)) -> Failure {
    Failure::new(Trouble::Unreachable, chain(error))
}
