//! Encryption, through rustls.

use std::io::{self, Read};
use std::net::{IpAddr, Ipv4Addr, TcpStream};
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{WebPkiServerVerifier, verify_server_name};
use rustls::crypto::{CryptoProvider, WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{
    CertificateError, ClientConfig, ClientConnection, DigitallySignedStruct, RootCertStore, SignatureScheme,
    StreamOwned,
};

use super::options::{Settings, SslMode, SslRoot};

pub(super) type TlsStream = StreamOwned<ClientConnection, TcpStream>;

/// Encrypts the stream; what of the server is verified, the mode says.
///
/// # Errors
/// In words.
pub(super) fn encrypt(stream: TcpStream, name: &str, settings: &Settings) -> Result<TlsStream, String> {
    let failed = |error: &dyn std::fmt::Display| format!("the encryption failed: {error}");
    let server = match ServerName::try_from(name.to_string()) {
        Ok(server) => server,
        Err(error) if settings.ssl_mode == SslMode::VerifyFull => return Err(failed(&error)),
        // No certificate can have such a name, and nobody asks for it: as an address it is not sent.
        Err(_) => ServerName::from(IpAddr::V4(Ipv4Addr::UNSPECIFIED)),
    };
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let verifier = Arc::new(Verifier::new(&provider, settings)?);
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| failed(&error))?
        .dangerous()
        .with_custom_certificate_verifier(verifier)
        .with_no_client_auth();
    let connection = ClientConnection::new(Arc::new(config), server).map_err(|error| failed(&error))?;
    let mut stream = StreamOwned::new(connection, stream);
    // The handshake now, so that its error is told as what it is.
    while stream.conn.is_handshaking() {
        let step = stream.conn.complete_io(&mut stream.sock);
        step.map_err(|error| format!("{}{}", failed(&error), cure(&error)))?;
    }
    Ok(stream)
}

/// What to do about a certificate that was refused.
fn cure(error: &io::Error) -> &'static str {
    let error = error.get_ref().and_then(|error| error.downcast_ref::<rustls::Error>());
    let Some(rustls::Error::InvalidCertificate(error)) = error else { return "" };
    match error {
        CertificateError::UnknownIssuer => {
            ": name the certificate of the authority that signed it, `sslrootcert=path/to/root.crt`"
        }
        CertificateError::NotValidForNameContext { presented, .. } if presented.is_empty() => {
            ": the certificate has no host as an alternative name, and its common name is not looked at: make one with \
             `openssl req .. -addext subjectAltName=DNS:the.host`, or write `sslmode=verify-ca`"
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            ": connect to a name that the certificate has, or write `sslmode=verify-ca`"
        }
        CertificateError::Other(other) => cure_of_form(&other.0.to_string()),
        _ => "",
    }
}

/// Rustls' word for a certificate of an authority in the place of a server's.
const CA_AS_SERVER: &str = "CaUsedAsEndEntity";

/// What to do about a certificate of a form that no server's has; rustls gives its reason in a word.
fn cure_of_form(reason: &str) -> &'static str {
    match reason {
        CA_AS_SERVER => {
            ": the certificate is signed by itself or is an authority's: name that very certificate, \
             `sslrootcert=path/to/server.crt`, or have the server's signed by an authority"
        }
        "UnsupportedCertVersion" => {
            ": the certificate is of X.509 version 1, which cannot be verified: sign it again with extensions, \
             `openssl x509 -req .. -extfile names.cnf`, where names.cnf has the line `subjectAltName=DNS:the.host`"
        }
        _ => "",
    }
}

/// Reads without writing first, which the stream's own `read` does.
pub(super) fn read_now(stream: &mut TlsStream, buffer: &mut [u8]) -> io::Result<usize> {
    loop {
        match stream.conn.reader().read(buffer) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            read => return read,
        }
        if stream.conn.read_tls(&mut stream.sock)? == 0 {
            return Ok(0);
        }
        stream.conn.process_new_packets().map_err(io::Error::other)?;
    }
}

/// Verifies as much as the mode asks for.
#[derive(Debug)]
struct Verifier {
    provider: Arc<CryptoProvider>,
    /// What is trusted; `None` trusts whoever answers.
    trusted: Option<Trusted>,
    checks_name: bool,
}

#[derive(Debug)]
struct Trusted {
    authorities: Arc<WebPkiServerVerifier>,
    /// The authorities' certificates, where they come from a file: one that is signed by itself is there to be the
    /// server's own.
    certificates: Vec<CertificateDer<'static>>,
}

impl Verifier {
    fn new(provider: &Arc<CryptoProvider>, settings: &Settings) -> Result<Self, String> {
        let verifies = settings.ssl_mode >= SslMode::VerifyCa;
        let trusted = verifies.then(|| Trusted::new(provider, &settings.ssl_root)).transpose()?;
        let checks_name = settings.ssl_mode == SslMode::VerifyFull;
        Ok(Verifier { provider: Arc::clone(provider), trusted, checks_name })
    }

    /// Where whoever answers is trusted, so is a certificate that cannot be read.
    fn check_signature(
        &self,
        check: impl FnOnce(&WebPkiSupportedAlgorithms) -> Result<HandshakeSignatureValid, rustls::Error>,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        if self.trusted.is_none() {
            return Ok(HandshakeSignatureValid::assertion());
        }
        check(&self.provider.signature_verification_algorithms)
    }
}

impl Trusted {
    fn new(provider: &Arc<CryptoProvider>, root: &SslRoot) -> Result<Self, String> {
        let (roots, certificates) = roots(root)?;
        let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(provider)).build();
        let authorities = verifier.map_err(|error| format!("no root certificate can be used: {error}"))?;
        Ok(Trusted { authorities, certificates })
    }

    /// Whether the certificate is one of those that are trusted, which only its form keeps from being a server's: its dates
    /// were looked at before.
    fn has(&self, certificate: &CertificateDer<'_>, refused: &CertificateError) -> bool {
        matches!(refused, CertificateError::Other(other) if other.0.to_string() == CA_AS_SERVER)
            && self.certificates.contains(certificate)
    }
}

/// The authorities of the file, or of the system.
fn roots(root: &SslRoot) -> Result<(RootCertStore, Vec<CertificateDer<'static>>), String> {
    let mut store = RootCertStore::empty();
    let mut certificates = Vec::new();
    match root {
        SslRoot::System => {
            store.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        }
        SslRoot::File(path) => {
            let unreadable = |error| format!("cannot read the root certificates of {}: {error}", path.display());
            for certificate in CertificateDer::pem_file_iter(path).map_err(unreadable)? {
                let certificate = certificate.map_err(unreadable)?;
                store
                    .add(certificate.clone())
                    .map_err(|error| format!("a certificate of {}: {error}", path.display()))?;
                certificates.push(certificate);
            }
        }
    }
    Ok((store, certificates))
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let Some(trusted) = &self.trusted else { return Ok(ServerCertVerified::assertion()) };
        match trusted.authorities.verify_server_cert(certificate, intermediates, server, ocsp, now) {
            // The name is looked at last: all else is in order.
            Err(rustls::Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) if !self.checks_name => {}
            Err(rustls::Error::InvalidCertificate(refused)) if trusted.has(certificate, &refused) => {}
            verified => _ = verified?,
        }
        if self.checks_name {
            verify_server_name(&ParsedCertificate::try_from(certificate)?, server)?;
        }
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.check_signature(|algorithms| verify_tls12_signature(message, certificate, signature, algorithms))
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.check_signature(|algorithms| verify_tls13_signature(message, certificate, signature, algorithms))
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests;
