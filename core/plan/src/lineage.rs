//! Which columns make which: of a query, and of all pipelines together.
//!
//! An output's **sources** are the columns of base tables that stand in its expression, wherever in
//! it, followed through CTEs, subqueries and stars. A query's **filters** are the columns that
//! decide which rows there are and in which order: those of WHERE, ON, USING, GROUP BY, HAVING,
//! QUALIFY, DISTINCT and ORDER BY, what a set operation compares, what is unnested. They belong to
//! the query, not to one output. What is not understood is refused with its reason, never guessed.
//!
//! The query comes as the tree of the engine's own parser (decision 0009): no SQL is parsed here.

mod aggregates;
mod catalog;
mod column;
mod expression;
mod from;
mod graph;
mod node;
mod pivot;
mod query;
mod refused;
mod relation;
mod resolve;
mod scope;
mod select;
mod star;
mod table_function;
mod tree;

pub use self::{
    catalog::Catalog,
    column::{BaseColumn, Columns},
    graph::{Dataset, DatasetColumn, DatasetKind, Edge, LineageGraph, Maker, NotFound, Trace},
    refused::Refused,
    tree::{Lineage, OutputColumn, lineage},
};
