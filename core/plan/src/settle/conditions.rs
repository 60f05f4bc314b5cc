//! Whether the condition of an IF holds.

use sqlflow_profile::{
    Piece, Resolved, Use, Value, code as profile_code, parse_template, substitute,
};
use sqlflow_syntax::{
    Comparison, Condition, ConditionKind, Diagnostic, Operand, OperandKind, Span,
};

use super::{Settling, values};
use crate::code;

/// What became of a condition.
pub(super) struct Verdict {
    pub(super) holds: bool,
    /// Why it does not hold, with the values it was settled by.
    pub(super) reason: String,
}

/// What keeps a condition from being evaluated.
type Refused = Vec<Diagnostic>;

impl Settling<'_> {
    /// Evaluates a condition; `None` once what is wrong has been reported.
    pub(super) fn holds(&mut self, condition: &Condition) -> Option<Verdict> {
        let mut evaluation = Evaluation { settling: self, uses: Vec::new() };
        let outcome = evaluation.holds(condition);
        let uses = evaluation.uses;
        let reason = self.reason(condition.span, &uses);
        for (span, used) in uses {
            self.record(span, used);
        }
        match outcome {
            Ok(holds) => Some(Verdict { holds, reason }),
            Err(diagnostics) => {
                self.report_all(diagnostics);
                None
            }
        }
    }

    /// Such as `${env} == 'prod' is false (env = dev)`.
    fn reason(&self, span: Span, uses: &[(Span, Use)]) -> String {
        let text = self.settled.sources.text()[span.range()].split_whitespace();
        let mut values: Vec<String> = uses.iter().map(|(_, used)| shown(used)).collect();
        values.dedup();
        let values =
            if values.is_empty() { String::new() } else { format!(" ({})", values.join(", ")) };
        format!("{} is false{values}", text.collect::<Vec<_>>().join(" "))
    }
}

fn shown(used: &Use) -> String {
    let Resolved { value, secret, .. } = &used.resolved;
    let value = if *secret { "***" } else { value.text() };
    format!("{} = {value}", used.reference.name)
}

struct Evaluation<'s, 'a> {
    settling: &'s Settling<'a>,
    uses: Vec<(Span, Use)>,
}

impl Evaluation<'_, '_> {
    /// AND and OR stop at the first part that decides, so that `${x} IS NOT NULL AND ${x} > 5` can
    /// be asked.
    fn holds(&mut self, condition: &Condition) -> Result<bool, Refused> {
        match &condition.kind {
            ConditionKind::And(parts) => self.first_that(parts, false),
            ConditionKind::Or(parts) => self.first_that(parts, true),
            ConditionKind::Not(inner) => self.holds(inner).map(|holds| !holds),
            ConditionKind::Compare { left, relation, right } => {
                self.compare(left, *relation, right)
            }
            ConditionKind::In { value, list, negated } => {
                let value = self.value(value)?;
                let list: Result<Vec<Value>, Refused> =
                    list.iter().map(|other| self.value(other)).collect();
                Ok(list?.iter().any(|other| values::equal(&value, other)) != *negated)
            }
            ConditionKind::IsNull { value, negated } => {
                Ok((self.value_or_null(value)? == Value::Null) != *negated)
            }
            ConditionKind::Value(alone) => {
                let value = self.value(alone)?;
                values::truth(&value).ok_or_else(|| vec![no_truth(alone)])
            }
        }
    }

    fn first_that(&mut self, parts: &[Condition], decides: bool) -> Result<bool, Refused> {
        for part in parts {
            if self.holds(part)? == decides {
                return Ok(decides);
            }
        }
        Ok(!decides)
    }

    fn compare(
        &mut self,
        left: &Operand,
        relation: Comparison,
        right: &Operand,
    ) -> Result<bool, Refused> {
        let asks_null = left.kind == OperandKind::Null || right.kind == OperandKind::Null;
        let mut side = |operand| {
            if asks_null { self.value_or_null(operand) } else { self.value(operand) }
        };
        let (one, other) = (side(left)?, side(right)?);
        match relation {
            Comparison::Equal => return Ok(values::equal(&one, &other)),
            Comparison::NotEqual => return Ok(!values::equal(&one, &other)),
            _ => {}
        }
        let order = values::order(&one, &other);
        let order = order.ok_or_else(|| vec![no_order(left, right)])?;
        Ok(match relation {
            Comparison::Less => order.is_lt(),
            Comparison::LessOrEqual => order.is_le(),
            Comparison::Greater => order.is_gt(),
            _ => order.is_ge(),
        })
    }

    /// As [`Evaluation::value`]; a variable that is not defined is null.
    fn value_or_null(&mut self, operand: &Operand) -> Result<Value, Refused> {
        self.value(operand).or_else(|refused| {
            let undefined = matches!(&operand.kind, OperandKind::Reference(reference)
                    if self.settling.lost_in(reference).is_none())
                && refused.iter().all(|found| found.code == profile_code::UNDEFINED_REFERENCE);
            if undefined { Ok(Value::Null) } else { Err(refused) }
        })
    }

    fn value(&mut self, operand: &Operand) -> Result<Value, Refused> {
        if let OperandKind::Text(text) | OperandKind::Reference(text) = &operand.kind
            && let Some(found) = self.settling.lost_in(text)
        {
            return Err(found);
        }
        match &operand.kind {
            OperandKind::Text(text) => self.fill(text, operand.span).map(Value::Text),
            OperandKind::Reference(reference) => self.reference(reference, operand.span),
            OperandKind::Word(word) if self.settling.variables.lookup(word).is_some() => {
                Err(vec![bare_variable(word, operand.span)])
            }
            OperandKind::Word(word) => Ok(Value::Text(word.clone())),
            OperandKind::Number(number) => Ok(Value::Number(number.clone())),
            OperandKind::Bool(value) => Ok(Value::Boolean(*value)),
            OperandKind::Null => Ok(Value::Null),
        }
    }

    /// A bare reference keeps the type of its value.
    fn reference(&mut self, reference: &str, span: Span) -> Result<Value, Refused> {
        let pieces = parse_template(reference);
        let pieces = pieces.map_err(|errors| placed(&errors, span))?;
        let [Piece::Reference(reference)] = pieces.as_slice() else {
            return self.fill(reference, span).map(Value::Text);
        };
        let resolved = self.settling.variables.resolve(reference);
        let resolved = resolved.map_err(|error| vec![error.diagnostic(span)])?;
        let value = resolved.value.clone();
        self.uses.push((span, Use { reference: reference.clone(), resolved }));
        Ok(value)
    }

    fn fill(&mut self, text: &str, span: Span) -> Result<String, Refused> {
        let filled = substitute(text, &self.settling.variables);
        let filled = filled.map_err(|errors| placed(&errors, span))?;
        self.uses.extend(filled.uses.into_iter().map(|used| (span, used)));
        Ok(filled.text)
    }
}

fn placed(errors: &[sqlflow_profile::BadReference], span: Span) -> Refused {
    errors.iter().map(|error| error.diagnostic(span)).collect()
}

fn no_truth(operand: &Operand) -> Diagnostic {
    let message = "the condition is neither true nor false";
    Diagnostic::error(code::CONDITION_VALUE, message, operand.span)
        .help("compare it with something: ${name} == 'value'")
}

fn no_order(left: &Operand, right: &Operand) -> Diagnostic {
    let message = "these two values have no order: only numbers, or text that is no number";
    Diagnostic::error(code::CONDITION_ORDER, message, left.span.to(right.span))
        .help("compare with == or !=, or give both sides the same type")
}

fn bare_variable(word: &str, span: Span) -> Diagnostic {
    let message = format!("`{word}` is text here, and there is a variable of that name");
    Diagnostic::error(code::CONDITION_BARE_NAME, message, span)
        .help(format!("write ${{{word}}} for the variable, '{word}' for the text"))
}
