//! TLS: how servers are recognised and how the client shows who it is. State: rustls's settings.

use std::sync::Arc;

use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::client::WantsClientCert;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, ConfigBuilder, RootCertStore};

use crate::error::{Error, ErrorKind, Result};

/// TLS with every server of the cluster.
#[derive(Clone)]
pub struct Tls {
    config: Arc<ClientConfig>,
    server_name: Option<String>,
}

impl Tls {
    /// TLS with these settings of rustls: the authorities that are trusted, a certificate of the
    /// client where servers want one.
    pub fn new(config: Arc<ClientConfig>) -> Tls {
        Tls {
            config,
            server_name: None,
        }
    }

    /// TLS that trusts these authorities, certificates in PEM. The client has no certificate.
    ///
    /// # Errors
    /// The text has no certificate, or one that cannot be read.
    pub fn trusting(authorities: &[u8]) -> Result<Tls> {
        Ok(Tls::new(Arc::new(
            builder(authorities)?.with_no_client_auth(),
        )))
    }

    /// TLS that trusts these authorities and shows a certificate of the client, all in PEM.
    ///
    /// # Errors
    /// A text that cannot be read, or a key that does not belong to the certificate.
    pub fn with_identity(authorities: &[u8], certificates: &[u8], key: &[u8]) -> Result<Tls> {
        let chain = certificates_of(certificates)?;
        let key = PrivateKeyDer::from_pem_slice(key).map_err(unreadable)?;
        let config = builder(authorities)?.with_client_auth_cert(chain, key);
        Ok(Tls::new(Arc::new(config.map_err(unreadable)?)))
    }

    /// The name that the servers' certificates have; each server's own host if not said.
    pub fn server_name(mut self, name: impl Into<String>) -> Tls {
        self.server_name = Some(name.into());
        self
    }

    /// Shakes hands with a server.
    pub(super) async fn connect(
        &self,
        host: &str,
        tcp: TcpStream,
    ) -> std::io::Result<TlsStream<TcpStream>> {
        let name = self.server_name.as_deref().unwrap_or(host).to_owned();
        let name = ServerName::try_from(name).map_err(std::io::Error::other)?;
        TlsConnector::from(self.config.clone())
            .connect(name, tcp)
            .await
    }
}

fn builder(authorities: &[u8]) -> Result<ConfigBuilder<ClientConfig, WantsClientCert>> {
    let mut roots = RootCertStore::empty();
    for certificate in certificates_of(authorities)? {
        roots.add(certificate).map_err(unreadable)?;
    }
    let provider = Arc::new(ring::default_provider());
    let builder =
        ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    Ok(builder.map_err(unreadable)?.with_root_certificates(roots))
}

fn certificates_of(pem: &[u8]) -> Result<Vec<CertificateDer<'static>>> {
    let read: std::result::Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    let certificates = read.map_err(unreadable)?;
    match certificates.is_empty() {
        true => Err(Error::new(
            ErrorKind::InvalidArgument,
            "there is no certificate in the PEM text",
        )),
        false => Ok(certificates),
    }
}

fn unreadable(cause: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::caused(ErrorKind::InvalidArgument, "TLS cannot be set up", cause)
}

impl std::fmt::Debug for Tls {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tls")
            .field("server_name", &self.server_name)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_certificate_is_refused() {
        for text in [
            &b""[..],
            b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        ] {
            let error = Tls::trusting(text).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidArgument);
        }
    }
}
