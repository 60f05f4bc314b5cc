//! An error that is no place in a text, for people.

use sqlflow_state::{SourcePlace, StepError};

use crate::render::clean::{clean, clean_line};

const RED: &str = "\u{1b}[31m";
const CYAN: &str = "\u{1b}[36m";
const PLAIN: &str = "\u{1b}[0m";

/// `error[SF0401]: …`, then what is known of the circumstances, then the remedy. `step` is the step
/// that failed, where one did.
pub(crate) fn text(error: &StepError, step: Option<&str>) -> String {
    let code = if error.code.is_empty() { String::new() } else { format!("[{}]", error.code) };
    let mut text = format!("{RED}error{code}:{PLAIN} {}\n", clean(&error.message));
    for (key, value) in facts(error, step) {
        text.push_str(&format!("  {}: {}\n", clean_line(key), clean_line(&value)));
    }
    for cause in &error.causes {
        text.push_str(&format!("  caused by: {}\n", clean_line(cause)));
    }
    if let Some(remedy) = &error.remedy {
        text.push_str(&format!("  {CYAN}help:{PLAIN} {}\n", clean_line(remedy)));
    }
    text
}

fn facts<'a>(error: &'a StepError, step: Option<&str>) -> Vec<(&'a str, String)> {
    let place = error.place.as_ref().map(|place| ("at", written(place)));
    let step = step.map(|step| ("step", step.to_owned()));
    let connector = error.connector.as_ref().map(|connector| ("connector", connector.clone()));
    let context = error.context.iter().map(|(key, value)| (key.as_str(), value.clone()));
    place.into_iter().chain(step).chain(connector).chain(context).collect()
}

fn written(place: &SourcePlace) -> String {
    format!("{}:{}:{}", place.file, place.line, place.column)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_is_known_is_told_and_the_remedy_last() {
        let error = StepError {
            code: "SF0601".into(),
            message: "the file\u{1b}[2J cannot be read".into(),
            remedy: Some("write the file first".into()),
            context: vec![("file".into(), "data/a.csv".into())],
            causes: vec!["No such file".into()],
            connector: Some("csv".into()),
            place: Some(SourcePlace { file: "pipelines/a.sf".into(), line: 3, column: 9 }),
            ..StepError::default()
        };
        let plain = anstream::adapter::strip_str(&text(&error, Some("load_a"))).to_string();
        assert_eq!(
            plain,
            "error[SF0601]: the file?[2J cannot be read\n  at: pipelines/a.sf:3:9\n  \
             step: load_a\n  connector: csv\n  file: data/a.csv\n  caused by: No such file\n  \
             help: write the file first\n"
        );
    }

    #[test]
    fn an_error_without_a_code_is_told_without_brackets() {
        let error = StepError { message: "m".into(), ..StepError::default() };
        let plain = anstream::adapter::strip_str(&text(&error, None)).to_string();
        assert_eq!(plain, "error: m\n");
    }
}
