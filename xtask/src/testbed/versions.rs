//! The versions of everything that the testbed fetches: the only place where they stand.
//!
//! The poms in `tools/testbed` take them as properties. Redis comes from the system's packages.

/// What Maven fetches for one server.
#[derive(Debug, Clone, Copy)]
pub struct Jars {
    /// Folder of the pom in `tools/testbed`.
    pub pom: &'static str,
    /// The server's version; the folder of the jars is named after it.
    pub version: &'static str,
    /// Properties of the pom with their values.
    pub properties: &'static [(&'static str, &'static str)],
    /// Is it an archive, to be unpacked?
    pub is_archive: bool,
}

/// Apache Kafka, broker and controller in one process.
pub const KAFKA: Jars = Jars {
    pom: "kafka",
    version: "4.4.0",
    properties: &[("kafka", "4.4.0"), ("slf4j", "1.7.36")],
    is_archive: false,
};

/// Apache ZooKeeper; it does not bring its metrics and compression along.
pub const ZOOKEEPER: Jars = Jars {
    pom: "zookeeper",
    version: "3.9.5",
    properties: &[
        ("zookeeper", "3.9.5"),
        ("metrics", "4.2.37"),
        ("snappy", "1.1.10.8"),
    ],
    is_archive: false,
};

/// Apache HBase with its own ZooKeeper. Later versions have siblings missing in Maven's repository.
pub const HBASE: Jars = Jars {
    pom: "hbase",
    version: "2.6.4-hadoop3",
    properties: &[("hbase", "2.6.4-hadoop3")],
    is_archive: false,
};

/// HBase's own shell: the newest of which Maven's repository has all. It understands later servers.
pub const HBASE_SHELL: Jars = Jars {
    pom: "hbase-shell",
    version: "2.4.17",
    properties: &[("hbase", "2.4.17")],
    is_archive: false,
};

/// Apicurio Registry with its database within. Version 3 needs a later Java than HBase can run on.
pub const REGISTRY: Jars = Jars {
    pom: "registry",
    version: "2.6.13.Final",
    properties: &[("registry", "2.6.13.Final")],
    is_archive: true,
};
