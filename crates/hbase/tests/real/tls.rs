//! TLS with a real cluster: `TACHO_HBASE_TLS` names its servers, `TACHO_HBASE_TLS_CA` the file of
//! the authority that they are trusted by, in PEM. Where servers want a certificate of the client
//! `TACHO_HBASE_TLS_CERT` and `TACHO_HBASE_TLS_KEY` are files too.

use tachograph_hbase::{Client, Config, ErrorKind, Tls};

use crate::server::named;
use crate::support::skip;

fn file(variable: &str) -> Option<Vec<u8>> {
    let path = std::env::var_os(variable)?;
    Some(std::fs::read(path).unwrap_or_else(|error| panic!("{variable}: {error}")))
}

#[tokio::test]
async fn a_server_is_recognised_and_answers() {
    let (Some(servers), Some(authority)) = (named("TACHO_HBASE_TLS"), file("TACHO_HBASE_TLS_CA"))
    else {
        return skip("tls", "TACHO_HBASE_TLS is not set");
    };
    let identity = file("TACHO_HBASE_TLS_CERT").zip(file("TACHO_HBASE_TLS_KEY"));
    let tls = match identity {
        Some((certificate, key)) => Tls::with_identity(&authority, &certificate, &key).unwrap(),
        None => Tls::trusting(&authority).unwrap(),
    };
    let config = Config::bootstrap(servers).operation_timeout(std::time::Duration::from_secs(10));
    let client = Client::connect(config.clone().tls(tls.clone()))
        .await
        .unwrap();
    assert!(!client.admin().servers().await.unwrap().is_empty());
    client.admin().list_tables().await.unwrap();
    let stranger = config.tls(tls.server_name("another.example.org"));
    let refused = Client::connect(stranger).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Untrusted);
    assert!(refused.to_string().contains("certificate"), "{refused}");
}
