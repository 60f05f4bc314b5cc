//! The help desk of `docs/guide/write-a-connector.md`, served over HTTP on loopback.

use std::{
    io::{self, BufRead, BufReader, Write},
    net::{TcpListener, TcpStream},
    thread,
};

use serde_json::{Value, json};

/// The token it takes.
pub const TOKEN: &str = "open sesame";

/// Tickets of a page.
const PAGE: u32 = 100;

/// A running help desk; it ends with the process.
#[derive(Debug, Clone, Copy)]
pub struct Helpdesk {
    /// The port it listens on.
    pub port: u16,
}

impl Helpdesk {
    /// Starts one on this port of loopback; 0 takes a free one.
    ///
    /// # Errors
    ///
    /// The port is taken.
    pub fn start(port: u16) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", port))?;
        let port = listener.local_addr()?.port();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                thread::spawn(move || answer(stream));
            }
        });
        Ok(Self { port })
    }
}

/// How many tickets a project has; `None` where there is no such project.
pub fn tickets(project: &str) -> Option<u32> {
    match project {
        "main" => Some(3_500),
        "one" => Some(1),
        "empty" => Some(0),
        _ => None,
    }
}

/// A ticket: every third is closed, every seventh has no hours.
pub fn ticket(id: u32) -> Value {
    let hours = (!id.is_multiple_of(7)).then(|| f64::from(id % 5) + 0.5);
    json!({
        "id": id,
        "title": format!("Printer {id} is on fire"),
        "hours": hours,
        "closed": id.is_multiple_of(3),
        "internal": "left out",
    })
}

/// Answers the requests of one connection.
fn answer(stream: TcpStream) {
    let Ok(mut writer) = stream.try_clone() else { return };
    let mut lines = BufReader::new(stream).lines().map_while(Result::ok);
    while let Some(request) = lines.next() {
        let headers: Vec<String> = lines.by_ref().take_while(|line| !line.is_empty()).collect();
        let (status, body) = respond(&request, &headers);
        let body = body.to_string();
        let head = "content-type: application/json\r\ncontent-length";
        let answer = format!("HTTP/1.1 {status}\r\n{head}: {}\r\n\r\n{body}", body.len());
        if writer.write_all(answer.as_bytes()).is_err() {
            return;
        }
    }
}

/// The status and body for a request line such as `GET /main/tickets?page=1 HTTP/1.1`.
fn respond(request: &str, headers: &[String]) -> (&'static str, Value) {
    let wanted = format!("authorization: bearer {TOKEN}");
    if !headers.iter().any(|header| header.eq_ignore_ascii_case(&wanted)) {
        return ("401 Unauthorized", json!({"error": "wrong token"}));
    }
    let target = request.split(' ').nth(1).unwrap_or_default();
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let project = path.strip_prefix('/').and_then(|path| path.strip_suffix("/tickets"));
    let page = query.strip_prefix("page=").and_then(|page| page.parse().ok());
    match (project.and_then(tickets), page) {
        (Some(count), Some(page)) => ("200 OK", page_of(count, page)),
        _ => ("404 Not Found", json!({"error": "no such project"})),
    }
}

fn page_of(count: u32, page: u32) -> Value {
    let first = page.saturating_sub(1).saturating_mul(PAGE) + 1;
    let last = count.min(first.saturating_add(PAGE - 1));
    let items: Vec<Value> = (first..=last).map(ticket).collect();
    json!({"items": items, "next": (last < count).then_some(page + 1)})
}
