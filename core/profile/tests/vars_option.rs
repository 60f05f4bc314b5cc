//! The text of `--vars`.

use sqlflow_profile::{Value, parse_vars};

#[test]
fn pairs_and_objects_are_read_as_written() {
    let check = |text: &str, expect: &[(&str, Value)]| {
        let read: Vec<_> = parse_vars(text).unwrap().into_iter().collect();
        let expect: Vec<_> = expect.iter().map(|(n, v)| (n.to_string(), v.clone())).collect();
        assert_eq!(read, expect, "{text}");
    };
    let text = |text: &str| Value::Text(text.to_owned());
    let number = |text: &str| Value::Number(text.to_owned());
    check("", &[]);
    check("{}", &[]);
    check("a=1", &[("a", number("1"))]);
    check("a=1,b=two, c = x=y ", &[("a", number("1")), ("b", text("two")), ("c", text("x=y"))]);
    check("a=\"x, y\",b='5'", &[("a", text("x, y")), ("b", text("5"))]);
    check("a=", &[("a", text(""))]);
    check(
        "a=it's,b=true,c=null",
        &[("a", text("it's")), ("b", Value::Boolean(true)), ("c", Value::Null)],
    );
    check("a=007", &[("a", text("007"))]);
    check(
        r#"{"a": 1.50, "b": "x\ny", "c": false, "d": null}"#,
        &[
            ("a", number("1.50")),
            ("b", text("x\ny")),
            ("c", Value::Boolean(false)),
            ("d", Value::Null),
        ],
    );
    check(
        r#"{"a": 12345678901234567890123, "b": "5"}"#,
        &[("a", number("12345678901234567890123")), ("b", text("5"))],
    );
    check(
        r#"{"a": "caf\u00e9 \ud83d\ude00", "b": "${x}"}"#,
        &[("a", text("café 😀")), ("b", text("${x}"))],
    );
}

#[test]
fn what_is_no_assignment_is_refused_with_the_reason() {
    let check = |text: &str, expect: &str| {
        let error = parse_vars(text).unwrap_err();
        assert_eq!(error.code, "SF0316");
        assert!(error.to_string().contains(expect), "{text}: {error}");
        assert!(error.to_string().contains("write `name=value"), "{error}");
    };
    check("a", "`a` has no `=`");
    check("a=1,b", "`b` has no `=`");
    check("a=eu,us,b=1", "`us` has no `=`");
    check("a=1,a=2", "`a` is given twice");
    check("=1", "`` is no name");
    check("a b=1", "`a b` is no name");
    check("a=\"open", "a quote never ends");
    check("a=\"x\"y", "between a closing quote");
    check("{\"a\": [1]}", "`a` is a list");
    check("{\"a\": {\"b\": 1}}", "`a` is a mapping");
    check("{\"a\": 1, \"a\": 2}", "`a` stands twice");
    check("{\"a\": ", "--vars");
    check("{\"a\": 1} x", "--vars");
}
