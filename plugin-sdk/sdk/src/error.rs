use std::{error, fmt, time::Duration};

use serde::{Deserialize, Serialize};

/// A result whose error is the sdk's [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong, in terms a user can act on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ErrorKind {
    /// A setting is wrong.
    Config,
    /// The other side refused the credentials.
    Auth,
    /// What was named is not there.
    NotFound,
    /// What was to be made is there already.
    AlreadyExists,
    /// The credentials are good, the right is missing.
    Permission,
    /// Columns or types are not what was agreed.
    Schema,
    /// A value cannot be read or written.
    Data,
    /// A quota or rate limit was reached.
    Limited,
    /// The other side does not answer, or answers that it cannot now.
    Unavailable,
    /// A deadline has passed.
    Timeout,
    /// The connector cannot do this.
    Unsupported,
    /// Somebody asked to stop.
    Cancelled,
    /// A mistake in the connector or in SQLFlow.
    #[serde(other)]
    Bug,
}

/// Whether trying again can help.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Retry {
    /// It cannot: the same call fails the same way.
    #[default]
    Never,
    /// At once, or after the host's own backoff.
    Now,
    /// Not before this time has passed.
    After(Duration),
}

/// Bytes of a text that cross the plugin boundary, beside the mark where something is left out.
const TEXT_LIMIT: usize = 64 << 10;

/// Room for the mark, so that what was cut once is not cut again on the other side.
const MARK: usize = 64;

/// Facts, and errors underneath, that cross the plugin boundary.
const LIST_LIMIT: usize = 64;

/// The one error of connectors and of the host: it crosses the plugin boundary whole, but for what
/// exceeds 64 KiB a text and 64 facts or causes, which is left out with a mark.
///
/// The message is one line, says what happened to what, and holds no secret.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Error(Box<Body>);

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Body {
    #[serde(default = "bug")]
    kind: ErrorKind,
    message: String,
    #[serde(default)]
    code: Option<String>,
    #[serde(default)]
    retry: Retry,
    #[serde(default)]
    remedy: Option<String>,
    #[serde(default)]
    context: Vec<(String, String)>,
    #[serde(default)]
    causes: Vec<String>,
}

impl Error {
    /// An error of this kind. The message names the thing concerned.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Body {
            kind,
            message: message.into(),
            code: None,
            retry: Retry::Never,
            remedy: None,
            context: Vec::new(),
            causes: Vec::new(),
        }))
    }

    /// The error of an operation that was asked to stop.
    pub fn cancelled() -> Self {
        Self::new(ErrorKind::Cancelled, "cancelled")
    }

    /// The error of a call that this connector does not have.
    pub fn unsupported(what: &str) -> Self {
        Self::new(ErrorKind::Unsupported, format!("the connector does not support {what}"))
    }

    /// Says what the user can do about it.
    #[must_use]
    pub fn with_remedy(mut self, remedy: impl Into<String>) -> Self {
        self.0.remedy = Some(remedy.into());
        self
    }

    /// Gives the stable code, such as `SF0401`, whose page explains the error.
    #[must_use]
    pub fn with_code(mut self, code: impl Into<String>) -> Self {
        self.0.code = Some(code.into());
        self
    }

    /// Says whether trying again can help.
    #[must_use]
    pub fn with_retry(mut self, retry: Retry) -> Self {
        self.0.retry = retry;
        self
    }

    /// Adds a fact about the circumstances, such as `("file", "a.csv")`.
    #[must_use]
    pub fn with_context(mut self, key: impl Into<String>, value: impl fmt::Display) -> Self {
        self.0.context.push((key.into(), value.to_string()));
        self
    }

    /// Records the error underneath and everything underneath that, up to 64 errors, as text.
    #[must_use]
    pub fn caused_by(mut self, cause: &dyn error::Error) -> Self {
        let chain = std::iter::successors(Some(cause), |error| error.source());
        // A chain may lead back to itself.
        self.0.causes.extend(chain.take(LIST_LIMIT).map(ToString::to_string));
        self
    }

    /// What went wrong, in terms a user can act on.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// One line that says what happened.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The stable code, where one was given.
    pub fn code(&self) -> Option<&str> {
        self.0.code.as_deref()
    }

    /// Whether trying again can help.
    pub fn retry(&self) -> Retry {
        self.0.retry
    }

    /// What the user can do about it.
    pub fn remedy(&self) -> Option<&str> {
        self.0.remedy.as_deref()
    }

    /// The facts added by [`Error::with_context`], in order.
    pub fn context(&self) -> &[(String, String)] {
        &self.0.context
    }

    /// The errors underneath, outermost first.
    pub fn causes(&self) -> &[String] {
        &self.0.causes
    }

    /// Reads the JSON form. Text that is none becomes an error of kind [`ErrorKind::Bug`] which
    /// quotes at most 1,000 characters of it.
    pub fn from_json(json: &[u8]) -> Self {
        serde_json::from_slice(json).map(Self::bounded).unwrap_or_else(|_| {
            let text: String = String::from_utf8_lossy(json).chars().take(1_000).collect();
            Self::new(ErrorKind::Bug, format!("the plugin's error text is not Error JSON: {text}"))
        })
    }

    /// Writes the JSON form, in which an error crosses the plugin boundary.
    pub fn to_json(&self) -> Vec<u8> {
        // Strings, numbers and lists of them always serialise.
        serde_json::to_vec(&self.clone().bounded()).unwrap_or_default()
    }

    fn bounded(mut self) -> Self {
        let body = &mut *self.0;
        body.context.truncate(LIST_LIMIT);
        body.causes.truncate(LIST_LIMIT);
        let context = body.context.iter_mut().flat_map(|(key, value)| [key, value]);
        let optional = body.code.iter_mut().chain(&mut body.remedy);
        context.chain(&mut body.causes).chain(optional).for_each(bound);
        bound(&mut body.message);
        self
    }
}

/// Cuts what exceeds the limit off a text, and says so.
pub(crate) fn bound(text: &mut String) {
    if text.len() > TEXT_LIMIT + MARK {
        let left_out = text.len() - TEXT_LIMIT;
        text.truncate(text.floor_char_boundary(TEXT_LIMIT));
        text.push_str(&format!("… ({left_out} bytes left out)"));
    }
}

fn bug() -> ErrorKind {
    ErrorKind::Bug
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {}", self.0.kind, self.0.message)?;
        for (key, value) in &self.0.context {
            write!(f, ", {key}: {value}")?;
        }
        for cause in &self.0.causes {
            write!(f, ", caused by: {cause}")?;
        }
        Ok(())
    }
}

impl error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_crosses_as_json_whole() {
        let error = Error::new(ErrorKind::Limited, "429\0 \u{1f600}")
            .with_code("SF0601")
            .with_retry(Retry::After(Duration::from_millis(1500)))
            .with_remedy("wait")
            .with_context("page", 7)
            .caused_by(&std::io::Error::other("quota"));
        let json = error.to_json();
        assert!(!json.contains(&0), "a NUL byte would end the C string");
        assert_eq!(Error::from_json(&json), error);
    }

    #[test]
    fn text_that_is_no_error_json_is_quoted_within_bounds() {
        let error = Error::from_json(&vec![0xff; 1 << 20]);
        assert_eq!(error.kind(), ErrorKind::Bug);
        assert!(error.message().len() < 4_000);
    }

    /// Mutation tried: `to_json` writes the error unbounded; red.
    #[test]
    fn what_exceeds_the_bounds_is_left_out_with_a_mark() {
        let mut error = Error::new(ErrorKind::Data, "é".repeat(TEXT_LIMIT));
        for number in 0..100 {
            error = error.with_context("n", number);
        }
        let json = error.to_json();
        assert!(json.len() < TEXT_LIMIT + (8 << 10), "{} bytes cross", json.len());
        let read = Error::from_json(&json);
        assert!(read.message().ends_with("… (65536 bytes left out)"), "{}", read.message().len());
        assert!(read.message().starts_with(&"é".repeat(TEXT_LIMIT / 2)));
        assert_eq!(read.context().len(), LIST_LIMIT);
    }

    /// Mutation tried: `caused_by` takes the whole chain; the test never ends.
    #[test]
    fn a_chain_of_causes_that_leads_back_to_itself_ends() {
        #[derive(Debug)]
        struct Circle;
        impl fmt::Display for Circle {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("round")
            }
        }
        impl error::Error for Circle {
            fn source(&self) -> Option<&(dyn error::Error + 'static)> {
                Some(&Circle)
            }
        }
        let error = Error::new(ErrorKind::Bug, "m").caused_by(&Circle);
        assert_eq!(error.causes().len(), LIST_LIMIT);
    }

    #[test]
    fn an_unknown_kind_is_read_as_a_bug() {
        let error = Error::from_json(br#"{"kind":"from_the_future","message":"m"}"#);
        assert_eq!((error.kind(), error.message()), (ErrorKind::Bug, "m"));
    }
}
