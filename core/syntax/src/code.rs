//! The codes of syntax errors, `SF01xx`. A code keeps its meaning for ever; a retired one (SF0110)
//! is not given out again.

/// A statement does not end in `;`.
pub const MISSING_SEMICOLON: &str = "SF0101";
/// What stands at statement position starts no statement.
pub const UNKNOWN_STATEMENT: &str = "SF0102";
/// A name (of a table, source, variable or connector) is missing or has an impossible form.
pub const EXPECTED_NAME: &str = "SF0103";
/// A keyword or sign that the statement needs is missing.
pub const EXPECTED_KEYWORD: &str = "SF0104";
/// A place or connection in quotes is missing.
pub const EXPECTED_STRING: &str = "SF0105";
/// `{ … }` is missing after PARAMS or OPTIONS.
pub const EXPECTED_OBJECT: &str = "SF0106";
/// `AS` or EXPORT is not followed by a query.
pub const EMPTY_QUERY: &str = "SF0107";
/// SET has no value after `=`.
pub const EMPTY_VALUE: &str = "SF0108";
/// Two forms of a statement are mixed: a connector type and a connection.
pub const MIXED_FORMS: &str = "SF0109";
/// A name in the schema that SQLFlow keeps for itself.
pub const RESERVED_SCHEMA: &str = "SF0111";
/// A string, quoted name or dollar quote is not closed.
pub const UNCLOSED_QUOTE: &str = "SF0112";
/// A `/*` comment is not closed.
pub const UNCLOSED_COMMENT: &str = "SF0113";
/// A bracket is not closed.
pub const UNCLOSED_BRACKET: &str = "SF0114";
/// A `${` has no `}` on its line.
pub const UNCLOSED_VARIABLE: &str = "SF0115";
/// An IF has no END IF.
pub const UNCLOSED_IF: &str = "SF0116";
/// A closing bracket that fits no open one.
pub const UNMATCHED_BRACKET: &str = "SF0117";
/// MODE is followed by no known write mode.
pub const UNKNOWN_MODE: &str = "SF0118";
/// A clause stands twice in one statement.
pub const REPEATED_CLAUSE: &str = "SF0119";
/// Something stands between the end of a statement and its `;`.
pub const TRAILING_TEXT: &str = "SF0120";
/// PARAMS or OPTIONS is not well-formed JSON.
pub const JSON_SYNTAX: &str = "SF0121";
/// A key stands twice in one JSON object.
pub const JSON_DUPLICATE_KEY: &str = "SF0122";
/// JSON is nested too deep.
pub const JSON_DEPTH: &str = "SF0123";
/// A JSON string has an unknown escape.
pub const JSON_ESCAPE: &str = "SF0124";
/// IFs or conditions are nested too deep.
pub const TOO_DEEP: &str = "SF0125";
/// The condition of an IF is not well-formed.
pub const CONDITION_SYNTAX: &str = "SF0126";
/// LOOKBACK or WITHIN is not followed by a number and a unit of time.
pub const EXPECTED_DURATION: &str = "SF0127";
/// EXPECT is followed by nothing that a test can expect.
pub const UNKNOWN_EXPECTATION: &str = "SF0128";

/// Every code of this crate, in order.
pub const ALL: &[&str] = &[
    MISSING_SEMICOLON,
    UNKNOWN_STATEMENT,
    EXPECTED_NAME,
    EXPECTED_KEYWORD,
    EXPECTED_STRING,
    EXPECTED_OBJECT,
    EMPTY_QUERY,
    EMPTY_VALUE,
    MIXED_FORMS,
    RESERVED_SCHEMA,
    UNCLOSED_QUOTE,
    UNCLOSED_COMMENT,
    UNCLOSED_BRACKET,
    UNCLOSED_VARIABLE,
    UNCLOSED_IF,
    UNMATCHED_BRACKET,
    UNKNOWN_MODE,
    REPEATED_CLAUSE,
    TRAILING_TEXT,
    JSON_SYNTAX,
    JSON_DUPLICATE_KEY,
    JSON_DEPTH,
    JSON_ESCAPE,
    TOO_DEEP,
    CONDITION_SYNTAX,
    EXPECTED_DURATION,
    UNKNOWN_EXPECTATION,
];
