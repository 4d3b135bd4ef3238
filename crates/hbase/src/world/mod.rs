//! A cluster of the tests' own: a server on loopback that has `hbase:meta` and a table `t` of two
//! regions, cut at `m`; or two servers, each of which has one of them. A test hands in what the servers
//! answer to calls about rows; the calls that came can be looked at afterwards. Only tests have it.

mod batches;
mod counts;
mod scans;
mod writers;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::{Buf, Bytes};
use prost::Message;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::cell::CellKind;
use crate::cell::keyvalue::Column;
use crate::client::Client;
use crate::config::Config;
use crate::name::TableName;
use crate::wire::basic::ServerName;
use crate::wire::region::{RegionInfo, RegionLocation};
use crate::wire::registry::{ClusterId, MetaRegionLocations};
use crate::wire::rpc::{CellBlockMeta, ExceptionResponse, RequestHeader, ResponseHeader};
use crate::wire::scan::{ScanRequest, ScanResponse};

/// A request about rows.
pub struct Request {
    /// Which server it came to.
    pub server: usize,
    pub method: String,
    pub message: Bytes,
    pub cells: Bytes,
}

/// What the server does with it.
pub enum Reply {
    /// Answers with a message and cells.
    Answer(Vec<u8>, Vec<u8>),
    /// Answers with an exception of this class.
    Exception(&'static str),
    /// Breaks the connection.
    HangUp,
}

impl Reply {
    pub fn message(message: &impl Message) -> Reply {
        Reply::Answer(message.encode_to_vec(), Vec::new())
    }
}

/// What a test answers; the number tells how many requests of the test came before.
pub type Script = dyn Fn(usize, &Request) -> Reply + Send + Sync;

/// The cluster.
pub struct World {
    pub client: Client,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl World {
    pub async fn new(script: impl Fn(usize, &Request) -> Reply + Send + Sync + 'static) -> World {
        World::of(1, Arc::new(script)).await
    }

    /// With two servers; the second has the region behind `m`.
    pub async fn of_two(
        script: impl Fn(usize, &Request) -> Reply + Send + Sync + 'static,
    ) -> World {
        World::of(2, Arc::new(script)).await
    }

    async fn of(servers: usize, script: Arc<Script>) -> World {
        let mut listeners = Vec::new();
        for _ in 0..servers {
            listeners.push(TcpListener::bind("127.0.0.1:0").await.unwrap());
        }
        let port = |listener: &TcpListener| listener.local_addr().unwrap().port();
        let ports: Vec<u16> = listeners.iter().map(port).collect();
        let requests = Arc::default();
        for (own, listener) in listeners.into_iter().enumerate() {
            let server = Server {
                own,
                ports: ports.clone(),
                script: Arc::clone(&script),
                requests: Arc::clone(&requests),
            };
            tokio::spawn(server.listen(listener));
        }
        let config = Config::bootstrap([format!("127.0.0.1:{}", ports[0])])
            .pauses(Duration::from_millis(1), Duration::from_millis(5))
            .operation_timeout(Duration::from_secs(20));
        let client = Client::connect(config).await.unwrap();
        World { client, requests }
    }

    /// The requests about rows that came, as messages.
    pub fn requests<M: Message + Default>(&self) -> Vec<M> {
        let requests = self.requests.lock().unwrap();
        let read = |request: &Request| M::decode(request.message.clone()).unwrap();
        requests.iter().map(read).collect()
    }
}

#[derive(Clone)]
struct Server {
    own: usize,
    /// Of all servers.
    ports: Vec<u16>,
    script: Arc<Script>,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl Server {
    async fn listen(self, listener: TcpListener) {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(self.clone().serve(stream));
        }
    }

    /// Serves one connection until it breaks or the script breaks it.
    async fn serve(self, mut stream: TcpStream) -> std::io::Result<()> {
        stream.read_exact(&mut [0; 6]).await?;
        frame(&mut stream).await?;
        loop {
            let mut bytes = frame(&mut stream).await?;
            let header = RequestHeader::decode_length_delimited(&mut bytes)?;
            let length = prost::decode_length_delimiter(&mut bytes)?;
            let request = Request {
                server: self.own,
                method: header.method_name.unwrap_or_default(),
                message: bytes.split_to(length),
                cells: bytes,
            };
            let reply = self.reply(request);
            let Some(frame) = encode(header.call_id, reply) else {
                return Ok(());
            };
            stream.write_all(&frame).await?;
        }
    }

    fn reply(&self, request: Request) -> Reply {
        if let Some(answer) = self.known(&request) {
            return answer;
        }
        let mut requests = self.requests.lock().unwrap();
        let reply = (self.script)(requests.len(), &request);
        requests.push(request);
        reply
    }

    /// What every test needs answered: who the cluster is, and where its regions are.
    fn known(&self, request: &Request) -> Option<Reply> {
        match request.method.as_str() {
            "GetClusterId" => Some(Reply::message(&ClusterId {
                cluster_id: Some("world".to_owned()),
            })),
            "GetMetaRegionLocations" => Some(self.meta()),
            "GetBootstrapNodes" | "GetMasters" => Some(Reply::Answer(Vec::new(), Vec::new())),
            "Scan" => self.lookup(&ScanRequest::decode(request.message.clone()).unwrap()),
            _ => None,
        }
    }

    fn meta(&self) -> Reply {
        let location = RegionLocation {
            region_info: info("hbase:meta", "", ""),
            server_name: Some(ServerName {
                host_name: "127.0.0.1".to_owned(),
                port: Some(u32::from(self.ports[0])),
                start_code: Some(1),
            }),
            seq_num: 1,
        };
        Reply::message(&MetaRegionLocations {
            meta_locations: vec![location],
        })
    }

    /// Answers a look into `hbase:meta`; none if the scan is of another region.
    fn lookup(&self, request: &ScanRequest) -> Option<Reply> {
        let region = request.region.as_ref()?;
        if !region.value.starts_with(b"hbase:meta") {
            return None;
        }
        let from = request.scan.as_ref()?.start_row.as_deref()?;
        let (start, end, port) = match from > &b"t,m,"[..] {
            true => ("m", "", self.ports.last()?),
            false => ("", "m", self.ports.first()?),
        };
        let row = format!("t,{start},1.x.");
        let described = [b"PBUF", &info("t", start, end).encode_to_vec()[..]].concat();
        let address = format!("127.0.0.1:{port}");
        let columns = [
            ("regioninfo", &described[..]),
            ("server", address.as_bytes()),
        ];
        let cells = columns.map(|(qualifier, value)| cell(&row, "info", qualifier, value));
        let answer = ScanResponse {
            cells_per_result: vec![2],
            more_results: Some(false),
            ..ScanResponse::default()
        };
        Some(Reply::Answer(answer.encode_to_vec(), cells.concat()))
    }
}

fn info(table: &str, start: &str, end: &str) -> RegionInfo {
    RegionInfo {
        region_id: 1,
        table_name: TableName::from(table).wire(),
        start_key: Some(Bytes::copy_from_slice(start.as_bytes())),
        end_key: Some(Bytes::copy_from_slice(end.as_bytes())),
        ..RegionInfo::default()
    }
}

/// A cell of a block.
pub fn cell(row: &str, family: &str, qualifier: &str, value: &[u8]) -> Vec<u8> {
    let column = Column {
        family: family.as_bytes(),
        qualifier: qualifier.as_bytes(),
        timestamp: 1,
        kind: CellKind::Put,
        value,
    };
    let mut bytes = (column.len(row.len()) as u32).to_be_bytes().to_vec();
    column.encode(
        row.len(),
        |out| out.extend_from_slice(row.as_bytes()),
        &mut bytes,
    );
    bytes
}

async fn frame(stream: &mut TcpStream) -> std::io::Result<Bytes> {
    let mut bytes = vec![0; stream.read_u32().await? as usize];
    stream.read_exact(&mut bytes).await?;
    Ok(bytes.into())
}

fn encode(call_id: Option<u32>, reply: Reply) -> Option<Vec<u8>> {
    let mut header = ResponseHeader {
        call_id,
        ..ResponseHeader::default()
    };
    let rest = match reply {
        Reply::HangUp => return None,
        Reply::Exception(class) => {
            header.exception = Some(ExceptionResponse {
                exception_class_name: Some(class.to_owned()),
                ..ExceptionResponse::default()
            });
            Vec::new()
        }
        Reply::Answer(message, cells) => {
            let length = Some(cells.len() as u32);
            header.cell_block_meta = Some(CellBlockMeta { length });
            let mut rest = Vec::new();
            prost::encode_length_delimiter(message.len(), &mut rest).unwrap();
            [rest, message, cells].concat()
        }
    };
    let header = header.encode_length_delimited_to_vec();
    let length = (header.len() + rest.len()) as u32;
    Some([&length.to_be_bytes()[..], &header, &rest].concat())
}

/// The rows of the cells of a request, in order.
pub fn rows(mut cells: Bytes) -> Vec<String> {
    let mut rows = Vec::new();
    while cells.has_remaining() {
        let length = cells.get_u32() as usize;
        let cell = crate::cell::keyvalue::decode(cells.split_to(length)).unwrap();
        rows.push(String::from_utf8_lossy(cell.row()).into_owned());
    }
    rows
}
