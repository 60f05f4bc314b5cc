//! SQL's type names ↔ Arrow's types, for columns that a config declares. What is written keeps
//! whatever type it has.

pub(crate) use sqlflow_plugin_sdk::sql_types::{DECLARABLE, from_name as from_sql};
