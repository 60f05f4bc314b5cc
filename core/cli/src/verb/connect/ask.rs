//! Asking for what a connection needs.

use std::io::{self, BufRead, IsTerminal, Write, stderr, stdin};

use sqlflow_plugin_sdk::Field;

use crate::render::clean::clean_line;

/// Asks for each of the params on a terminal; nothing where there is nobody to ask, or where one is
/// left empty.
pub(super) fn ask(missing: &[Field]) -> io::Result<Option<Vec<(String, String)>>> {
    if !(stdin().is_terminal() && stderr().is_terminal()) {
        return Ok(None);
    }
    answers(missing, stdin().lock(), &mut stderr())
}

fn answers(
    missing: &[Field],
    mut from: impl BufRead,
    questions: &mut impl Write,
) -> io::Result<Option<Vec<(String, String)>>> {
    let mut given = Vec::new();
    for field in missing {
        writeln!(questions, "{}", clean_line(field.doc()))?;
        write!(questions, "{}: ", clean_line(field.name()))?;
        questions.flush()?;
        let mut answer = String::new();
        from.read_line(&mut answer)?;
        let answer = answer.trim();
        if answer.is_empty() {
            return Ok(None);
        }
        given.push((field.name().to_owned(), answer.to_owned()));
    }
    Ok(Some(given))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_param_is_asked_for_and_an_empty_answer_ends_the_asking() {
        let missing = [Field::text("host", "The server."), Field::integer("port", "Its port.")];
        let mut questions = Vec::new();
        let given = answers(&missing, "db.local\n 5432 \n".as_bytes(), &mut questions).unwrap();
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(given, Some(vec![pair("host", "db.local"), pair("port", "5432")]));
        assert_eq!(String::from_utf8(questions).unwrap(), "The server.\nhost: Its port.\nport: ");
        assert_eq!(answers(&missing, "db.local\n".as_bytes(), &mut Vec::new()).unwrap(), None);
    }
}
