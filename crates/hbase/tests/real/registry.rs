//! The two ways to find a cluster lead to the same one.

use tachograph_hbase::{Client, Config, ErrorKind};

use crate::harness::{Verdict, skip};
use crate::server::{named, own, servers};
use crate::support::client;

pub async fn zookeeper_and_servers_name_the_same_cluster() -> Verdict {
    let by_servers = client().await?;
    let zookeeper = match named("TACHO_HBASE") {
        None => Some(own()?.zookeeper.clone()),
        Some(_) => named("TACHO_HBASE_ZK"),
    };
    let Some(zookeeper) = zookeeper else {
        return skip("TACHO_HBASE_ZK is not set");
    };
    let by_zookeeper = Client::connect(Config::zookeeper(zookeeper)).await.unwrap();
    assert_eq!(by_servers.cluster_id(), by_zookeeper.cluster_id());
    let masters = (
        by_servers.admin().active_master().await.unwrap(),
        by_zookeeper.admin().active_master().await.unwrap(),
    );
    assert_eq!(masters.0, masters.1);
    let names = (
        by_servers.admin().list_tables().await.unwrap().len(),
        by_zookeeper
            .admin()
            .regions("hbase:namespace")
            .await
            .unwrap()
            .len(),
    );
    assert!(names.1 >= 1);
    Ok(())
}

pub async fn one_server_that_lives_is_enough() -> Verdict {
    let servers = servers()?;
    let mixed = ["127.0.0.1:1".to_owned()].into_iter().chain(servers);
    assert!(Client::connect(Config::bootstrap(mixed)).await.is_ok());
    let wrong = Client::connect(Config::bootstrap(["no port"]))
        .await
        .unwrap_err();
    assert_eq!(wrong.kind(), ErrorKind::InvalidArgument);
    Ok(())
}

pub async fn nobody_to_ask_is_said_when_the_time_is_over() -> Verdict {
    let limit = std::time::Duration::from_millis(300);
    let config = Config::bootstrap(["127.0.0.1:1"]).operation_timeout(limit);
    let error = Client::connect(config).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::DeadlineExceeded);
    assert!(error.to_string().contains("127.0.0.1:1"), "{error}");
    Ok(())
}
