//! The pipeline language: text becomes a [`Pipeline`] and [`Diagnostic`]s.
//!
//! Pure: reads no file, no environment and no clock. [`parse`] never fails, never panics and takes
//! time linear in the text; what is wrong with the text is told by diagnostics, all in one go.

pub mod ast;
pub mod code;
mod diagnostic;
mod grammar;
mod parser;
mod print;
mod sources;
mod span;
pub mod sql;
mod suggest;

pub use ast::*;
pub use diagnostic::{Diagnostic, Severity};
pub use grammar::{GRAMMAR, Production};
pub use parser::{Parsed, parse, parse_from};
pub use print::{comments, print};
pub use sources::{SourceFile, Sources};
pub use span::{Span, Spanned, line_column};
pub use suggest::suggest;
