//! The layers a reference is looked up in.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use sqlflow_profile::{Environment, Origin, Piece, Value, Variables, parse_template, substitute};
use support::{project, texts, write};

fn layers(vars: &[(&str, &str)], profile: &[(&str, &str)], env: &[(&str, &str)]) -> Variables {
    Variables::new(texts(vars), &texts(profile), &Environment::of(env.iter().copied()))
}

#[test]
fn earlier_layers_win() {
    let all = [("V", "vars")];
    let profile = [("V", "profile"), ("P", "profile")];
    let env = [("V", "env"), ("P", "env"), ("S", "env"), ("E", "env"), ("lower", "env")];
    let mut variables = layers(&all, &profile, &env);
    for name in ["V", "P", "S"] {
        variables.set(name, Value::Text("set".into()));
    }
    let check = |reference: &str, expect: &str, origin: Origin| {
        let substituted = substitute(reference, &variables).unwrap();
        assert_eq!(substituted.text, expect, "{reference}");
        assert_eq!(substituted.uses[0].resolved.origin, origin, "{reference}");
    };
    check("${V|default}", "vars", Origin::Vars);
    check("${P|default}", "profile", Origin::Profile);
    check("${S|default}", "set", Origin::Set);
    check("${E|default}", "env", Origin::Environment);
    check("${D|default}", "default", Origin::Default);
    check("${lower|default}", "default", Origin::Default);
    check("${env:lower|default}", "env", Origin::Environment);
    check("${env:V|default}", "env", Origin::Environment);
    check("${env:D|default}", "default", Origin::Default);
    assert_eq!(variables.lookup("P").unwrap().origin, Origin::Profile);
    assert_eq!(variables.lookup("lower"), None);
}

#[test]
fn a_later_set_takes_the_place_of_an_earlier_one() {
    let mut variables = layers(&[], &[], &[]);
    variables.set("n", Value::Number("1".into()));
    variables.set("n", Value::Number("2.50".into()));
    assert_eq!(substitute("<${n}>", &variables).unwrap().text, "<2.50>");
}

#[test]
fn values_are_never_looked_into_again() {
    let check = |value: &str| {
        let variables = layers(&[("v", value)], &[], &[("E", value)]);
        assert_eq!(substitute("[${v}]", &variables).unwrap().text, format!("[{value}]"));
        assert_eq!(substitute("[${E}]", &variables).unwrap().text, format!("[{value}]"));
    };
    check("${v}");
    check("${E}");
    check("it's \"quoted\" \\ and\nbroken");
    check("nul \0 byte");
    check("");
}

#[test]
fn profile_variables_may_name_each_other_and_the_environment() {
    let profile = [
        ("root", "/srv"),
        ("out", "${root}/out/${DAY|today}"),
        ("token", "${API_TOKEN}"),
        ("HOME", "${HOME|/nowhere}"),
        ("given", "${asked}"),
        ("twice", "${out}+${out}"),
    ];
    let variables = layers(&[("asked", "yes")], &profile, &[("API_TOKEN", "t0p"), ("HOME", "/h")]);
    let check = |name: &str, expect: &str, secret: bool| {
        let resolved = variables.lookup(name).unwrap();
        assert_eq!((resolved.value.text(), resolved.secret), (expect, secret), "{name}");
        assert_eq!(resolved.origin, Origin::Profile);
    };
    check("out", "/srv/out/today", false);
    check("token", "t0p", true);
    check("HOME", "/h", true);
    check("given", "yes", false);
    check("twice", "/srv/out/today+/srv/out/today", false);
}

#[test]
fn a_lone_reference_in_a_profile_variable_keeps_the_type() {
    let profile =
        [("n".to_owned(), Value::Number("1.0".into())), ("m".into(), Value::Text("${n}".into()))];
    let variables =
        Variables::new(Default::default(), &profile.into(), &Environment::of([("X", "y")]));
    assert_eq!(variables.lookup("m").unwrap().value, Value::Number("1.0".into()));
}

#[test]
fn an_undefined_reference_names_its_place_and_the_nearest_name() {
    let variables = layers(&[("data_dir", "d")], &[("region", "eu")], &[("HOME", "/h")]);
    let check = |text: &str, expect: &[(&str, &str, Option<&str>)]| {
        let errors = substitute(text, &variables).unwrap_err();
        let found: Vec<_> = errors
            .iter()
            .map(|e| (e.name.as_str(), &text[e.range.clone()], e.nearest.as_deref()))
            .collect();
        assert_eq!(found, expect, "{text}");
        assert!(errors.iter().all(|error| error.code == "SF0311"));
    };
    check("${data_dri}", &[("data_dri", "${data_dri}", Some("data_dir"))]);
    check(
        "a ${x_y} ${regoin}",
        &[("x_y", "${x_y}", None), ("regoin", "${regoin}", Some("region"))],
    );
    check("${home}", &[("home", "${home}", None)]);
    check("${env:NOPE}", &[("NOPE", "${env:NOPE}", None)]);
}

#[test]
fn variables_that_go_round_or_have_no_end_are_errors_where_they_are_used() {
    let chain: Vec<(String, String)> =
        (0..100).map(|n| (format!("v{n:03}"), format!("${{v{:03}}}", n + 1))).collect();
    let mut profile: Vec<(&str, &str)> = chain.iter().map(|(n, v)| (&**n, &**v)).collect();
    profile.extend([
        ("a", "${b}"),
        ("b", "${c}"),
        ("c", "${a}"),
        ("self", "${self}"),
        ("fine", "x"),
    ]);
    let variables = layers(&[], &profile, &[]);
    let check = |name: &str, expect: &str| {
        let errors = substitute(&format!("${{{name}}}"), &variables).unwrap_err();
        assert!(errors[0].message.contains(expect), "{}", errors[0].message);
        assert_eq!(errors[0].range, 0..name.len() + 3);
        assert_eq!(variables.lookup(name), None);
    };
    check("a", "a → b → c → a");
    check("self", "`self` is not defined (the profile's variable `self` needs it)");
    check("v000", "go round");
    assert_eq!(substitute("${fine}", &variables).unwrap().text, "x");
}

#[test]
fn variables_that_double_each_other_stay_bounded() {
    let doubling: Vec<(String, String)> =
        (0..30).map(|n| (format!("v{n}"), format!("${{v{0}}}${{v{0}}}", n + 1))).collect();
    let mut profile: Vec<(&str, &str)> = doubling.iter().map(|(n, v)| (&**n, &**v)).collect();
    profile.push(("v30", "0123456789"));
    let errors = substitute("${v0}", &layers(&[], &profile, &[])).unwrap_err();
    assert_eq!(errors[0].code, "SF0308");
}

#[test]
fn a_text_that_repeats_a_long_value_stays_bounded() {
    let variables = layers(&[("v", &"x".repeat(600 << 10))], &[], &[]);
    assert_eq!(substitute("${v}", &variables).unwrap().text.len(), 600 << 10);
    let errors = substitute("${v}${v}", &variables).unwrap_err();
    assert_eq!((errors[0].code, errors[0].range.clone()), ("SF0308", 4..8));
}

#[test]
fn a_file_is_read_for_the_profile_only_and_is_a_secret() {
    let (folder, project) = project(&[("secrets/token", "s3cret\n"), ("secrets/two", "a\r\n\r\n")]);
    let environment = Environment::with_dotenv(project.root(), [("X", "y")]).unwrap();
    let profile = texts(&[
        ("token", "${file:secrets/token}"),
        ("two", "${file:secrets/two}"),
        ("gone", "${file:secrets/gone}"),
        ("folder", "${file:secrets}"),
        ("binary", "${file:secrets/binary}"),
    ]);
    std::fs::write(folder.path().join("secrets/binary"), [0xff, 0xfe]).unwrap();
    let variables = Variables::new(Default::default(), &profile, &environment);
    let token = variables.lookup("token").unwrap();
    assert_eq!((token.value.text(), token.secret), ("s3cret", true));
    assert_eq!(variables.lookup("two").unwrap().value.text(), "a\r\n");
    let check = |name: &str, expect: &str| {
        let errors = substitute(&format!("${{{name}}}"), &variables).unwrap_err();
        assert_eq!(errors[0].code, "SF0317", "{name}");
        let looked_for = format!("looked for {}/secrets", folder.path().display());
        assert!(errors[0].help.contains(&looked_for), "{}", errors[0].help);
        assert!(errors[0].help.contains("printf %s 'your-value' > "), "{}", errors[0].help);
        assert!(errors[0].message.contains(expect), "{}", errors[0].message);
    };
    check("gone", "No such file");
    check("folder", "not a regular file");
    check("binary", "not UTF-8");
    let errors = substitute("${file:secrets/token}", &variables).unwrap_err();
    assert!(errors[0].message.contains("may stand in a profile only"));
    write(folder.path(), "secrets/token", "changed");
    assert_eq!(variables.lookup("token").unwrap().value.text(), "s3cret");
}

#[test]
fn resolving_piece_by_piece_tells_type_and_secrecy() {
    let mut variables = layers(&[], &[], &[("PORT", "5432"), ("PASS", "0123")]);
    variables.set_secret("dsn", Value::Text("pw".into()));
    let check = |text: &str, value: Value, secret: bool| {
        let pieces = parse_template(text).unwrap();
        let [Piece::Reference(reference)] = &pieces[..] else { panic!("{pieces:?}") };
        let resolved = variables.resolve(reference).unwrap();
        assert_eq!((resolved.value, resolved.secret), (value, secret), "{text}");
    };
    check("${PORT}", Value::Number("5432".into()), true);
    check("${PASS}", Value::Text("0123".into()), true);
    check("${dsn}", Value::Text("pw".into()), true);
    check("${none|\"7\"}", Value::Text("7".into()), false);
    check("${none|7}", Value::Number("7".into()), false);
}
