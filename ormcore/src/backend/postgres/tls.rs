//! Encryption, through rustls.

use std::io::{self, Read};
use std::net::{IpAddr, Ipv4Addr, TcpStream};
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{WebPkiServerVerifier, verify_server_name};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
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
    match error {
        Some(rustls::Error::InvalidCertificate(CertificateError::UnknownIssuer)) => {
            ": name the certificate of the authority that signed it, `sslrootcert=path/to/root.crt`"
        }
        Some(rustls::Error::InvalidCertificate(
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
        )) => ": connect to a name that the certificate has, or write `sslmode=verify-ca`",
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
    /// The authorities that are trusted; `None` trusts whoever answers.
    authorities: Option<Arc<WebPkiServerVerifier>>,
    checks_name: bool,
}

impl Verifier {
    fn new(provider: &Arc<CryptoProvider>, settings: &Settings) -> Result<Self, String> {
        let authorities = if settings.ssl_mode >= SslMode::VerifyCa {
            let roots = Arc::new(roots(&settings.ssl_root)?);
            let verifier = WebPkiServerVerifier::builder_with_provider(roots, Arc::clone(provider)).build();
            Some(verifier.map_err(|error| format!("no root certificate can be used: {error}"))?)
        } else {
            None
        };
        let checks_name = settings.ssl_mode == SslMode::VerifyFull;
        Ok(Verifier { provider: Arc::clone(provider), authorities, checks_name })
    }
}

fn roots(root: &SslRoot) -> Result<RootCertStore, String> {
    let mut store = RootCertStore::empty();
    match root {
        SslRoot::System => {
            store.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        }
        SslRoot::File(path) => {
            let unreadable = |error| format!("cannot read the root certificates of {}: {error}", path.display());
            for certificate in CertificateDer::pem_file_iter(path).map_err(unreadable)? {
                store
                    .add(certificate.map_err(unreadable)?)
                    .map_err(|error| format!("a certificate of {}: {error}", path.display()))?;
            }
        }
    }
    Ok(store)
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
        let Some(authorities) = &self.authorities else { return Ok(ServerCertVerified::assertion()) };
        match authorities.verify_server_cert(certificate, intermediates, server, ocsp, now) {
            // The name is looked at last: all else is in order.
            Err(rustls::Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) if !self.checks_name => Ok(ServerCertVerified::assertion()),
            Ok(_) if self.checks_name => {
                verify_server_name(&ParsedCertificate::try_from(certificate)?, server)?;
                Ok(ServerCertVerified::assertion())
            }
            verified => verified,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, certificate, signature, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, certificate, signature, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
