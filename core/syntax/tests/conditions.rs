//! IF: its branches, and what its conditions mean.

#![allow(clippy::panic, clippy::expect_used, reason = "a test fails by panicking")]

use sqlflow_syntax::{
    Comparison, Condition, ConditionKind, If, Operand, OperandKind, Statement, StatementKind, parse,
};

fn only(text: &str) -> If {
    let parsed = parse(text);
    assert_eq!(parsed.diagnostics, [], "{text}");
    let [statement] = <[_; 1]>::try_from(parsed.pipeline.statements).expect("one statement");
    let StatementKind::If(block) = statement.kind else { panic!("no IF: {text}") };
    block
}

/// A condition in a notation with all brackets.
fn shown(condition: &Condition) -> String {
    let all = |parts: &[Condition]| parts.iter().map(shown).collect::<Vec<_>>();
    match &condition.kind {
        ConditionKind::And(parts) => format!("({})", all(parts).join(" & ")),
        ConditionKind::Or(parts) => format!("({})", all(parts).join(" | ")),
        ConditionKind::Not(inner) => format!("!{}", shown(inner)),
        ConditionKind::Compare { left, relation, right } => {
            format!("[{} {} {}]", value(left), sign(*relation), value(right))
        }
        ConditionKind::In { value: left, list, negated } => {
            let list: Vec<String> = list.iter().map(value).collect();
            format!("[{}{} in {}]", not(*negated), value(left), list.join(" "))
        }
        ConditionKind::IsNull { value: left, negated } => {
            format!("[{}{} null]", not(*negated), value(left))
        }
        ConditionKind::Value(alone) => value(alone),
    }
}

fn not(negated: bool) -> &'static str {
    if negated { "not " } else { "" }
}

fn sign(relation: Comparison) -> &'static str {
    match relation {
        Comparison::Equal => "=",
        Comparison::NotEqual => "<>",
        Comparison::Less => "<",
        Comparison::LessOrEqual => "<=",
        Comparison::Greater => ">",
        Comparison::GreaterOrEqual => ">=",
    }
}

fn value(operand: &Operand) -> String {
    match &operand.kind {
        OperandKind::Text(text) => format!("'{text}'"),
        OperandKind::Word(word) => word.clone(),
        OperandKind::Number(number) => format!("#{number}"),
        OperandKind::Bool(value) => value.to_string(),
        OperandKind::Null => "null".to_owned(),
        OperandKind::Reference(reference) => reference.clone(),
    }
}

#[test]
fn conditions_bind_as_in_sql() {
    let check = |condition: &str, expect: &str| {
        let block = only(&format!("IF {condition} THEN SET x = 1; END IF;"));
        assert_eq!(shown(&block.branches[0].condition), expect, "{condition}");
    };
    check("${a} == 'b'", "[${a} = 'b']");
    check("'b' = ${a|dev}", "['b' = ${a|dev}]");
    check("${a}!='b'", "[${a} <> 'b']");
    check("${a} <> ${b}", "[${a} <> ${b}]");
    check("${n|0}>=1000 and ${n} <= 5e3", "([${n|0} >= #1000] & [${n} <= #5e3])");
    check("${n} > -1 OR ${n} < .5", "([${n} > #-1] | [${n} < #.5])");
    check("a OR b AND NOT c", "(a | (b & !c))");
    check("(a OR b) AND c", "((a | b) & c)");
    check("NOT (a == 1) AND not not b", "(![a = #1] & !!b)");
    check("${r} IN ('eu', us-east-1, 5)", "[${r} in 'eu' us-east-1 #5]");
    check("${r} not in (eu)", "[not ${r} in eu]");
    check("${r} IS NULL OR ${r} is not none", "([${r} null] | [not ${r} null])");
    check("${r} == None", "[${r} = null]");
    check("${f} == TRUE and False", "([${f} = true] & false)");
    check("${d} > 2024-01-31", "[${d} > 2024-01-31]");
    check("'${a}-${b}' == \"x\\\"y\"", "['${a}-${b}' = 'x\"y']");
    check("${a} /* why */ == -- because\n 1", "[${a} = #1]");
}

fn sets(statements: &[Statement]) -> Vec<String> {
    let name = |statement: &Statement| match &statement.kind {
        StatementKind::Set(set) => set.name.text.clone(),
        StatementKind::If(_) => "IF".to_owned(),
        other => panic!("{other:?}"),
    };
    statements.iter().map(name).collect()
}

#[test]
fn branches_hold_their_statements_and_nest() {
    for text in [
        "IF a THEN SET b = 1; SET c = 2; ELSEIF d THEN ELSE IF e THEN SET f = 1; ELSE IF g THEN END IF;",
        "if a then set b = 1; set c = 2; elseif d then else if e then set f = 1; elseif g then endif;",
    ] {
        let block = only(text);
        let branches: Vec<_> = block
            .branches
            .iter()
            .map(|branch| (shown(&branch.condition), sets(&branch.statements)))
            .collect();
        let expect = [("a", vec!["b", "c"]), ("d", vec![]), ("e", vec!["f"]), ("g", vec![])];
        let expect: Vec<_> = expect
            .into_iter()
            .map(|(a, b)| (a.to_owned(), b.into_iter().map(str::to_owned).collect()))
            .collect();
        assert_eq!(branches, expect);
        assert_eq!(block.otherwise, None);
    }
    let block = only(
        "IF a THEN SET x = 1; IF b THEN SET y = 1; END IF; ELSE ; IF c THEN END IF; SET z = 1; END IF;",
    );
    assert_eq!(sets(&block.branches[0].statements), ["x", "IF"]);
    assert_eq!(sets(&block.otherwise.expect("an ELSE")), ["IF", "z"]);
}

#[test]
fn else_if_on_one_line_goes_on_and_if_on_the_next_line_is_nested() {
    let chain = only("IF a THEN ELSE  IF b THEN SET c = 1; END IF;");
    assert_eq!((chain.branches.len(), chain.otherwise), (2, None));
    let nested =
        only("IF a THEN ELSE -- otherwise\n IF b THEN SET c = 1; END IF; SET d = 1; END IF;");
    assert_eq!(nested.branches.len(), 1);
    assert_eq!(sets(&nested.otherwise.expect("an ELSE")), ["IF", "d"]);
}

#[test]
fn words_of_if_stay_words_inside_a_query() {
    let text = "IF a THEN CREATE TABLE t AS SELECT CASE WHEN x THEN IF(a, 1, 2) ELSE 3 END FROM u; END IF;";
    let block = only(text);
    let StatementKind::Create(create) = &block.branches[0].statements[0].kind else { panic!() };
    assert_eq!(create.body.text, "SELECT CASE WHEN x THEN IF(a, 1, 2) ELSE 3 END FROM u");
}

#[test]
fn the_statement_reaches_from_if_to_end_if() {
    let text = "SET a = 1; IF a THEN SET b = 1; END IF ; SET c = 2;";
    let statements = parse(text).pipeline.statements;
    assert_eq!(&text[statements[1].span.range()], "IF a THEN SET b = 1; END IF");
}
