//! Reads until when a certificate is good, whoever has signed it.

use std::sync::Arc;

use chrono::{DateTime, NaiveDateTime, Utc};
use tokio_rustls::rustls::{
    ClientConfig, DigitallySignedStruct, Error, SignatureScheme,
    client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    crypto::{CryptoProvider, ring},
    pki_types::{CertificateDer, ServerName, UnixTime},
};

const SEQUENCE: u8 = 0x30;
const VERSION: u8 = 0xa0;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;

/// A client that takes every certificate.
pub(super) fn any() -> ClientConfig {
    let provider = Arc::new(ring::default_provider());
    ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .expect("ring speaks TLS 1.2 and 1.3")
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Any(provider)))
        .with_no_client_auth()
}

#[derive(Debug)]
struct Any(Arc<CryptoProvider>);

impl ServerCertVerifier for Any {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

/// The end of the validity: RFC 5280, 4.1.
pub(super) fn not_after(certificate: &[u8]) -> Option<DateTime<Utc>> {
    let inside = |der| element(der).filter(|(tag, ..)| *tag == SEQUENCE).map(|(_, content, _)| content);
    let mut rest = inside(inside(certificate)?)?;
    if let Some((VERSION, _, after)) = element(rest) {
        rest = after;
    }
    // Serial number, algorithm, issuer.
    for _ in 0..3 {
        rest = element(rest)?.2;
    }
    let (_, _, end) = element(inside(rest)?)?;
    let (tag, time, _) = element(end)?;
    let time = str::from_utf8(time).ok()?;
    let time = match tag {
        // Two digits of a year from 1950 to 2049.
        UTC_TIME => format!("{}{time}", if time >= "50" { "19" } else { "20" }),
        GENERALIZED_TIME => time.to_owned(),
        _ => return None,
    };
    Some(NaiveDateTime::parse_from_str(&time, "%Y%m%d%H%M%SZ").ok()?.and_utc())
}

/// The tag and the content of the first element of DER, and what comes after it.
fn element(der: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&[tag, length], rest) = der.split_first_chunk()?;
    if length < 0x80 {
        let (content, after) = rest.split_at_checked(length.into())?;
        return Some((tag, content, after));
    }
    let (digits, rest) = rest.split_at_checked(usize::from(length & 0x7f))?;
    // Longer ones are no certificates.
    let length =
        (digits.len() <= 4).then(|| digits.iter().fold(0, |sum, digit| sum << 8 | usize::from(*digit)))?;
    let (content, after) = rest.split_at_checked(length)?;
    Some((tag, content, after))
}

#[cfg(test)]
mod tests {
    use super::{element, not_after};

    #[test]
    fn elements_are_read_with_short_and_long_lengths_and_never_beyond_the_end() {
        assert_eq!(element(&[0x02, 1, 7, 9]), Some((0x02, &[7][..], &[9][..])));
        assert_eq!(element(&[0x04, 0x81, 2, 7, 8]), Some((0x04, &[7, 8][..], &[][..])));
        for short in [&[][..], &[0x02], &[0x02, 2, 7], &[0x04, 0x82, 1], &[0x04, 0x85, 1, 1, 1, 1, 1]] {
            assert_eq!(element(short), None, "{short:?}");
        }
    }

    #[test]
    fn what_is_no_certificate_has_no_end() {
        assert_eq!(not_after(b"nonsense"), None);
        assert_eq!(not_after(&[0x30, 4, 0x30, 2, 0x02, 0]), None);
    }
}
