//! SQL's type names ↔ Arrow's types: what CSV text is read as, and what can be written as text. The
//! names are those that every connector's config declares columns by.

pub(crate) use sqlflow_plugin_sdk::sql_types::{
    DECLARABLE, from_name as from_sql, name_of as sql_name, timestamptz as zoned,
};
