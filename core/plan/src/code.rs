//! The stable codes of what a plan can have wrong, `SF02xx`. A code keeps its meaning for ever; a
//! retired one is not given out again.

/// An option that the connector or statement does not have.
pub const UNKNOWN_OPTION: &str = "SF0201";
/// An option that must be given is missing.
pub const MISSING_OPTION: &str = "SF0202";
/// An option's value has another type than the option.
pub const WRONG_OPTION_TYPE: &str = "SF0203";
/// An option's value is none of those allowed.
pub const OPTION_NOT_ALLOWED: &str = "SF0204";
/// One option is given twice, under two of its names.
pub const OPTION_TWICE: &str = "SF0205";
/// A known feature that is not built yet.
pub const NOT_SUPPORTED: &str = "SF0206";
/// The profile has no such connection.
pub const UNKNOWN_CONNECTION: &str = "SF0207";
/// A connector cannot be had, for a reason that has no code of its own.
pub const CONNECTOR_UNAVAILABLE: &str = "SF0208";
/// A connector is used as a source or destination and is none.
pub const WRONG_ROLE: &str = "SF0209";
/// A destination cannot write in the mode asked for.
pub const UNSUPPORTED_MODE: &str = "SF0210";
/// LOAD names a source that the pipeline does not have.
pub const UNKNOWN_SOURCE: &str = "SF0211";
/// Two sources have one name.
pub const DUPLICATE_SOURCE: &str = "SF0212";
/// A plain CREATE makes a table that the pipeline has made before.
pub const DUPLICATE_TABLE: &str = "SF0213";
/// Steps depend on each other in a circle.
pub const CYCLE: &str = "SF0214";
/// A view names a source, which is gone when the run has ended.
pub const VIEW_OVER_SOURCE: &str = "SF0215";
/// Two exports write to one place.
pub const DUPLICATE_PLACE: &str = "SF0216";
/// An export's place is empty once its variables are replaced.
pub const EMPTY_PLACE: &str = "SF0217";
/// Nothing reads a source.
pub const UNUSED_SOURCE: &str = "SF0218";
/// A variable is spliced as SQL.
pub const RAW_SPLICE: &str = "SF0219";
/// A variable in SQL holds a NUL character.
pub const NUL_IN_SQL: &str = "SF0220";
/// A variable's value would end the quote it stands in.
pub const LITERAL_ENDED: &str = "SF0221";
/// A variable stands where a function runs its argument as SQL.
pub const VARIABLE_RUNS_AS_SQL: &str = "SF0222";
/// Variables make a query too long.
pub const SQL_TOO_LONG: &str = "SF0223";
/// A condition is neither true nor false.
pub const CONDITION_VALUE: &str = "SF0224";
/// A condition asks for the order of values that have none.
pub const CONDITION_ORDER: &str = "SF0225";
/// A condition has the name of a variable without `${}`.
pub const CONDITION_BARE_NAME: &str = "SF0226";
/// A file to include cannot be read.
pub const INCLUDE_UNREADABLE: &str = "SF0227";
/// A file to include lies outside the project.
pub const INCLUDE_OUTSIDE: &str = "SF0228";
/// A file to include is no pipeline.
pub const INCLUDE_NOT_SF: &str = "SF0229";
/// Files include each other in a circle.
pub const INCLUDE_CYCLE: &str = "SF0230";
/// A pipeline is too large with the files it includes.
pub const INCLUDE_TOO_LARGE: &str = "SF0231";
/// An incremental read would replace what it does not read.
pub const INCREMENTAL_REPLACE: &str = "SF0232";
/// LOOKBACK reads rows again, and APPEND without a key would add them again.
pub const LOOKBACK_APPEND: &str = "SF0233";
/// An incremental read needs to remember, and the engine forgets when the run ends.
pub const INCREMENTAL_IN_MEMORY: &str = "SF0234";
/// UPSERT has no key.
pub const UPSERT_WITHOUT_KEY: &str = "SF0235";
/// DELETE INSERT has no window, as everything is read.
pub const DELETE_INSERT_OF_FULL_READ: &str = "SF0236";
/// A view is not written, and reads when it is read.
pub const CLAUSE_ON_VIEW: &str = "SF0237";
/// A `cursor_field` without an incremental read.
pub const CURSOR_OF_FULL_READ: &str = "SF0238";
/// An incremental read by params without a `cursor_field`.
pub const INCREMENTAL_WITHOUT_CURSOR: &str = "SF0239";
/// `append_dedup` without a `primary_key`.
pub const DEDUP_WITHOUT_KEY: &str = "SF0240";
/// A clause and a param, or two params, say different things.
pub const CONTRADICTION: &str = "SF0241";
/// A time macro where no window is read.
pub const TIME_OF_FULL_READ: &str = "SF0242";
/// A column stands twice in a list of columns.
pub const COLUMN_TWICE: &str = "SF0243";
/// A param of incremental reads at a source that nothing reads incrementally.
pub const PARAM_WITHOUT_READ: &str = "SF0244";
/// What was asked for is not in the lineage.
pub const NOT_IN_LINEAGE: &str = "SF0250";
/// Pipelines wait for each other's tables.
pub const PIPELINE_CYCLE: &str = "SF0260";
/// A selection names a step that the pipeline does not have.
pub const UNKNOWN_STEP: &str = "SF0261";
/// A selection names no step.
pub const EMPTY_SELECTION: &str = "SF0262";

/// Every code of this crate, in order.
pub const ALL: &[&str] = &[
    UNKNOWN_OPTION,
    MISSING_OPTION,
    WRONG_OPTION_TYPE,
    OPTION_NOT_ALLOWED,
    OPTION_TWICE,
    NOT_SUPPORTED,
    UNKNOWN_CONNECTION,
    CONNECTOR_UNAVAILABLE,
    WRONG_ROLE,
    UNSUPPORTED_MODE,
    UNKNOWN_SOURCE,
    DUPLICATE_SOURCE,
    DUPLICATE_TABLE,
    CYCLE,
    VIEW_OVER_SOURCE,
    DUPLICATE_PLACE,
    EMPTY_PLACE,
    UNUSED_SOURCE,
    RAW_SPLICE,
    NUL_IN_SQL,
    LITERAL_ENDED,
    VARIABLE_RUNS_AS_SQL,
    SQL_TOO_LONG,
    CONDITION_VALUE,
    CONDITION_ORDER,
    CONDITION_BARE_NAME,
    INCLUDE_UNREADABLE,
    INCLUDE_OUTSIDE,
    INCLUDE_NOT_SF,
    INCLUDE_CYCLE,
    INCLUDE_TOO_LARGE,
    INCREMENTAL_REPLACE,
    LOOKBACK_APPEND,
    INCREMENTAL_IN_MEMORY,
    UPSERT_WITHOUT_KEY,
    DELETE_INSERT_OF_FULL_READ,
    CLAUSE_ON_VIEW,
    CURSOR_OF_FULL_READ,
    INCREMENTAL_WITHOUT_CURSOR,
    DEDUP_WITHOUT_KEY,
    CONTRADICTION,
    TIME_OF_FULL_READ,
    COLUMN_TWICE,
    PARAM_WITHOUT_READ,
    NOT_IN_LINEAGE,
    PIPELINE_CYCLE,
    UNKNOWN_STEP,
    EMPTY_SELECTION,
];

/// The codes of errors that tell why a connector cannot be had.
const OF_CONNECTORS: &[&str] = &[
    "SF0401", "SF0402", "SF0403", "SF0404", "SF0405", "SF0406", "SF0407", "SF0408", "SF0409",
    "SF0410", "SF0411", "SF0412", "SF0413", "SF0414", "SF0415", "SF0416", "SF0417", "SF0418",
    "SF0419", "SF0420", "SF0421", "SF0422", "SF0423", "SF0424",
];

/// The code of an error that tells why a connector cannot be had, where it is a known one.
pub(crate) fn of_connector(code: Option<&str>) -> &'static str {
    let known = OF_CONNECTORS.iter().find(|known| Some(**known) == code);
    known.copied().unwrap_or(CONNECTOR_UNAVAILABLE)
}
