//! What holds for any text.

mod support;

use proptest::prelude::*;
use sqlflow_profile::{
    Environment, Piece, Value, Variables, parse_template, parse_vars, substitute,
};
use support::{load, texts};

proptest! {
    #[test]
    fn any_text_as_a_profile_loads_or_is_refused_at_places_inside_it(
        yaml in prop_oneof![
            any::<String>(),
            "[ -~\n\té€]{0,60}",
            "(engine|variables|connections|a|b|- |: |\\{|\\}|\\[|\\]|&x |\\*x|\"|'|\\$\\{|\n|  |!t|<<|\\||>|#|é|,){0,25}",
        ],
    ) {
        if let Err(error) = load(&yaml) {
            prop_assert!(!error.diagnostics.is_empty());
            for found in &error.diagnostics {
                prop_assert!(found.code.starts_with("SF03"));
                prop_assert!(error.text.get(found.span.range()).is_some(), "{:?}", found);
            }
            prop_assert!(!error.to_string().is_empty());
        }
    }

    #[test]
    fn the_pieces_of_any_template_join_to_the_text(text in "([a-z ]|\\$\\{|\\}|\\||\"|'|!raw|env:|é|\\\\){0,20}") {
        match parse_template(&text) {
            Ok(pieces) => {
                let range = |piece: &Piece| match piece {
                    Piece::Text(range) => range.clone(),
                    Piece::Reference(reference) => reference.range.clone(),
                };
                let joined: String = pieces.iter().map(|piece| &text[range(piece)]).collect();
                prop_assert_eq!(joined, text);
            }
            Err(errors) => prop_assert!(errors.iter().all(|e| text.get(e.range.clone()).is_some())),
        }
    }

    #[test]
    fn any_value_arrives_unchanged(value in any::<String>()) {
        let variables = Variables::new(
            texts(&[("v", &value)]),
            &texts(&[]),
            &Environment::of([("E", value.as_str())]),
        );
        prop_assert_eq!(substitute("${v}", &variables).unwrap().text, value.clone());
        prop_assert_eq!(substitute("${E}", &variables).unwrap().text, value.clone());
        let literal = Value::from_literal(&value);
        prop_assert_eq!(literal.text(), value.as_str());
    }

    #[test]
    fn any_text_of_the_vars_option_is_read_or_refused(text in "([a-c=,{}\": ]|\\[|é|'|1){0,20}") {
        if let Ok(read) = parse_vars(&text) {
            prop_assert!(read.keys().all(|name| !name.is_empty()));
        }
    }

    #[test]
    fn any_dotenv_is_read_or_refused_by_line(text in "([A-C=#\"'\\\\ \nx$é]|export ){0,30}") {
        let (_folder, project) = support::project(&[(".env", &text)]);
        if let Err(error) = Environment::with_dotenv(project.root(), [("X", "y")]) {
            prop_assert!(error.line >= 1 && error.line <= text.lines().count().max(1));
        }
    }
}
