//! A server of tests that answers as it is told: what no real registry can be made to say.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::config::RegistryConfig;

/// A question's first line and its header lines.
type Asked = Arc<Mutex<Vec<String>>>;

/// A server on a loopback port.
pub struct Scripted {
    port: u16,
    asked: Asked,
}

impl Scripted {
    /// A server whose answer to a path is made by a function: a status and a body. It may change its
    /// mind.
    pub fn new(answer: impl Fn(&str) -> (u16, String) + Send + 'static) -> Scripted {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let asked = Asked::default();
        let heard = Arc::clone(&asked);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                // Who asks may be gone before the answer.
                let _ = serve(stream, &heard, &answer);
            }
        });
        Scripted { port, asked }
    }

    /// All that was asked: `GET /path`, and header lines.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().expect("no panic").clone()
    }

    /// How to reach it.
    pub fn config(&self) -> RegistryConfig {
        RegistryConfig {
            url: format!("http://127.0.0.1:{}/", self.port),
            login: None,
            certificates: None,
            timeout: Duration::from_secs(5),
        }
    }
}

fn serve(
    stream: TcpStream,
    asked: &Asked,
    answer: &impl Fn(&str) -> (u16, String),
) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut lines = Vec::new();
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let line = line.trim_end().to_string();
        if line.is_empty() {
            break;
        }
        if let Some(count) = line.to_ascii_lowercase().strip_prefix("content-length: ") {
            length = count.parse().unwrap_or(0);
        }
        lines.push(line.replace(" HTTP/1.1", ""));
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let path = lines.first().cloned().unwrap_or_default();
    lines.push(String::from_utf8_lossy(&body).into_owned());
    asked.lock().expect("no panic").extend(lines);
    let (status, body) = answer(&path);
    let head = format!(
        "HTTP/1.1 {status} X\r\nContent-Length: {}\r\nConnection: close",
        body.len()
    );
    (&stream).write_all(format!("{head}\r\n\r\n{body}").as_bytes())
}
