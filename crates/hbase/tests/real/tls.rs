//! TLS with a real cluster, where both sides show certificates: the one that `TACHO_HBASE_TLS` names, or
//! else one that is started for these tests and takes no plain text. For a named one, the files (PEM)
//! `TACHO_HBASE_TLS_CA`, the authority that its servers are trusted by, and, where they want a
//! certificate of the client, `TACHO_HBASE_TLS_CERT` and `TACHO_HBASE_TLS_KEY`.

use std::time::Duration;

use tachograph_hbase::{
    Client, Config, Error, ErrorKind, Family, Get, Put, Scan, TableDescriptor, Tls,
};

use crate::harness::{Skipped, Verdict, skip};
use crate::server::{Server, named, own_with_tls};

fn file(variable: &str) -> Option<Vec<u8>> {
    let path = std::env::var_os(variable)?;
    Some(std::fs::read(path).unwrap_or_else(|error| panic!("{variable}: {error}")))
}

fn config(servers: &[String]) -> Config {
    Config::bootstrap(servers.to_vec()).operation_timeout(Duration::from_secs(10))
}

/// The servers of a cluster, and what the client needs to be let in.
fn cluster() -> Result<(Vec<String>, Tls), Skipped> {
    let Some(servers) = named("TACHO_HBASE_TLS") else {
        let server = own_with_tls()?;
        return Ok((server.servers.clone(), identity(server)));
    };
    let Some(authority) = file("TACHO_HBASE_TLS_CA") else {
        return skip("TACHO_HBASE_TLS_CA is not set");
    };
    let tls = match file("TACHO_HBASE_TLS_CERT").zip(file("TACHO_HBASE_TLS_KEY")) {
        Some((certificate, key)) => Tls::with_identity(&authority, &certificate, &key),
        None => Tls::trusting(&authority),
    };
    Ok((servers, tls.unwrap()))
}

/// The testbed has one certificate, which all show and trust.
fn identity(server: &Server) -> Tls {
    let certificate = server.file("certificate");
    Tls::with_identity(&certificate, &certificate, &server.file("key")).unwrap()
}

pub async fn a_server_is_recognised_and_rows_are_written_and_read() -> Verdict {
    let (servers, tls) = cluster()?;
    let config = config(&servers);
    let client = Client::connect(config.clone().tls(tls.clone()))
        .await
        .unwrap();
    let name = format!("tacho_tls_{}", std::process::id());
    let schema = TableDescriptor::new(name.as_str()).family(Family::new("f"));
    client.admin().create_table(&schema, &["m"]).await.unwrap();
    let table = client.table(name.as_str());
    // More than a record of TLS holds.
    let large = vec![7; 1 << 20];
    for key in ["a", "z"] {
        let put = Put::new(key).column("f", "q", large.clone());
        table.put(put).await.unwrap();
        let row = table.get(Get::new(key)).await.unwrap().unwrap();
        assert!(row.value("f", "q") == Some(&large[..]));
    }
    let mut rows = table.scan(Scan::new());
    for key in ["a", "z"] {
        let row = rows.next().await.unwrap().unwrap();
        assert_eq!(row.key(), key.as_bytes());
    }
    assert!(rows.next().await.unwrap().is_none());
    client.admin().disable_table(name.as_str()).await.unwrap();
    client.admin().delete_table(name.as_str()).await.unwrap();
    let stranger = config.tls(tls.server_name("another.example.org"));
    let refused = Client::connect(stranger).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Untrusted);
    assert!(refused.to_string().contains("certificate"), "{refused}");
    Ok(())
}

/// What a client is told that cannot speak with the server.
async fn refusal(config: Config) -> Error {
    let asked: Result<(), Error> = match Client::connect(config).await {
        Ok(client) => client.admin().list_tables().await.map(|_| ()),
        Err(error) => Err(error),
    };
    asked.expect_err("it is refused")
}

pub async fn plain_text_and_clients_without_a_certificate_are_refused() -> Verdict {
    if named("TACHO_HBASE_TLS").is_some() {
        return skip("whom a named cluster refuses is not known");
    }
    let server = own_with_tls()?;
    let plain = refusal(config(&server.servers)).await;
    assert!(
        plain.to_string().contains("a server that wants TLS"),
        "{plain}"
    );
    let nobody = Tls::trusting(&server.file("certificate")).unwrap();
    let nobody = refusal(config(&server.servers).tls(nobody)).await;
    assert_eq!(nobody.kind(), ErrorKind::Untrusted, "{nobody}");
    Ok(())
}
