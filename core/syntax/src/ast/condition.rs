//! IF and its conditions.

use crate::{Span, Statement};

/// `IF condition THEN … { ELSE IF condition THEN … } [ELSE …] END IF`: at most one of its branches
/// becomes part of the pipeline, which is settled before anything runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct If {
    /// The branches with a condition, at least one; the first whose condition holds is taken.
    pub branches: Vec<Branch>,
    /// The statements of ELSE, if written.
    pub otherwise: Option<Vec<Statement>>,
}

/// One condition and what it guards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Branch {
    /// What must hold.
    pub condition: Condition,
    /// The statements between THEN and the next ELSE or END IF.
    pub statements: Vec<Statement>,
}

/// What an IF asks, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// What is asked.
    pub kind: ConditionKind,
    /// From its first token to its last, brackets included.
    pub span: Span,
}

/// The kinds of conditions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConditionKind {
    /// `a AND b AND …`: two or more.
    And(Vec<Condition>),
    /// `a OR b OR …`: two or more.
    Or(Vec<Condition>),
    /// `NOT a`
    Not(Box<Condition>),
    /// `a == b` and the like.
    Compare {
        /// The value before the sign.
        left: Operand,
        /// The sign.
        relation: Comparison,
        /// The value behind it.
        right: Operand,
    },
    /// `a IN (b, …)` and `a NOT IN (b, …)`
    In {
        /// The value looked for.
        value: Operand,
        /// The values it is compared with, at least one.
        list: Vec<Operand>,
        /// Whether NOT was written.
        negated: bool,
    },
    /// `a IS NULL` and `a IS NOT NULL`
    IsNull {
        /// The value asked about.
        value: Operand,
        /// Whether NOT was written.
        negated: bool,
    },
    /// A value alone, which has to be true or false.
    Value(Operand),
}

/// How two values are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Comparison {
    /// `==` or `=`
    Equal,
    /// `!=` or `<>`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

/// A value in a condition, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operand {
    /// What it is.
    pub kind: OperandKind,
    /// Where it stands, quotes included.
    pub span: Span,
}

/// The kinds of values in a condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OperandKind {
    /// A string, quotes removed; it may hold `${…}`.
    Text(String),
    /// A bare word that stands for itself, such as `us-east-1`.
    Word(String),
    /// A number as written.
    Number(String),
    /// `true` or `false`, in any case.
    Bool(bool),
    /// `null` or `none`, in any case.
    Null,
    /// A bare `${name}` or `${name|default}`, as written.
    Reference(String),
}
