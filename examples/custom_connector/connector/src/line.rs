use serde::Serialize;

/// A line of the log; `-` stands for what is not known.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Request {
    client: String,
    user: Option<String>,
    /// As RFC 3339, with the log's own offset.
    time: String,
    method: String,
    path: String,
    status: i64,
    bytes: Option<i64>,
}

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Reads `client ident user [time] "method path protocol" status bytes`.
pub(crate) fn parse(line: &str) -> Option<Request> {
    let (before, rest) = line.split_once(" [")?;
    let (time, rest) = rest.split_once("] \"")?;
    // A path may hold a quote; the last one ends the request.
    let (request, after) = rest.rsplit_once("\" ")?;
    let mut names = before.splitn(3, ' ');
    let (client, _ident, user) = (names.next()?, names.next()?, names.next()?);
    let (method, target) = request.split_once(' ')?;
    let path = target.rsplit_once(' ').map_or(target, |(path, _protocol)| path);
    let (status, bytes) = after.split_once(' ')?;
    Some(Request {
        client: client.to_owned(),
        user: known(user).map(str::to_owned),
        time: rfc3339(time)?,
        method: method.to_owned(),
        path: path.to_owned(),
        status: status.parse().ok()?,
        bytes: known(bytes).map(str::parse).transpose().ok()?,
    })
}

fn known(text: &str) -> Option<&str> {
    (text != "-").then_some(text)
}

/// `05/Mar/2026:10:00:01 +0100` as `2026-03-05T10:00:01+01:00`.
fn rfc3339(time: &str) -> Option<String> {
    let (moment, offset) = time.split_once(' ')?;
    let (date, clock) = moment.split_once(':')?;
    let mut parts = date.split('/');
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    let month = MONTHS.iter().position(|name| *name == month)? + 1;
    let (hours, minutes) = offset.split_at_checked(3)?;
    Some(format!("{year}-{month:02}-{day}T{clock}{hours}:{minutes}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_read_whole() {
        let line = r#"192.0.2.7 - ann [05/Mar/2026:10:00:01 +0100] "GET /a?q="x" HTTP/1.1" 304 -"#;
        let request = parse(line).unwrap();
        assert_eq!(request.user.as_deref(), Some("ann"));
        assert_eq!(request.time, "2026-03-05T10:00:01+01:00");
        assert_eq!(
            (request.path.as_str(), request.status, request.bytes),
            ("/a?q=\"x\"", 304, None)
        );
    }

    #[test]
    fn what_is_no_request_is_refused() {
        for line in ["", "a b c", r#"a - - [05/Mrz/2026:10:00:01 +0100] "GET / HTTP/1.1" 200 1"#] {
            assert_eq!(parse(line), None, "{line}");
        }
    }
}
