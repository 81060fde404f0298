use std::path::PathBuf;
use std::time::Duration;

use super::*;

/// For `localhost`, of an authority, signed by itself, for the ten days from this second on.
const CERTIFICATE: &str = "src/backend/postgres/tls/self_signed.crt";
const FROM: u64 = 1_795_939_442;
const DAY: u64 = 86_400;

#[test]
fn a_certificate_that_is_trusted_as_it_is_has_its_dates_and_its_name() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(CERTIFICATE);
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let verify = |checks_name: bool, name: &'static str, now: u64| {
        let trusted = Some(Trusted::new(&provider, &SslRoot::File(path.clone())).unwrap());
        let verifier = Verifier { provider: Arc::clone(&provider), trusted, checks_name };
        let certificate = CertificateDer::from_pem_file(&path).unwrap();
        let (server, now) = (ServerName::try_from(name).unwrap(), UnixTime::since_unix_epoch(Duration::from_secs(now)));
        verifier.verify_server_cert(&certificate, &[], &server, &[], now).map(drop)
    };
    for checks_name in [true, false] {
        verify(checks_name, "localhost", FROM + DAY).unwrap();
        for outside in [FROM - DAY, FROM + 11 * DAY] {
            let error = verify(checks_name, "localhost", outside).unwrap_err();
            let is_date = matches!(
                error,
                rustls::Error::InvalidCertificate(
                    CertificateError::ExpiredContext { .. } | CertificateError::NotValidYetContext { .. }
                )
            );
            assert!(is_date, "{error:?}");
        }
        assert_eq!(verify(checks_name, "elsewhere", FROM + DAY).is_ok(), !checks_name);
    }
}
