//! One problem with the line it is on and a caret under its place.

use std::fmt;

use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, SourceCode, ThemeCharacters,
    ThemeStyles,
};
use sqlflow_run::Problem;
use sqlflow_syntax::Severity;

use crate::render::clean::{clean, clean_line};
use crate::render::numbered::Numbered;
use crate::render::place::shown;

/// Draws a problem in colour; whoever prints it takes the colour out where it has no place.
///
/// A file without text, such as one that is missing, is named without a line.
pub(crate) fn draw(problem: &Problem) -> String {
    let mut text = String::new();
    let drawn = handler(problem).render_report(&mut text, &Drawn::of(problem));
    // Writing to a String does not fail; what miette cannot draw is told in one line.
    match drawn {
        Ok(()) => text,
        Err(_) => format!("{}: {}\n", shown(&problem.path), clean(&problem.diagnostic.message)),
    }
}

fn handler(problem: &Problem) -> GraphicalReportHandler {
    let code = problem.diagnostic.code;
    let characters = ThemeCharacters {
        error: format!("error[{code}]:"),
        warning: format!("warning[{code}]:"),
        underline: '^',
        underbar: '^',
        ..ThemeCharacters::unicode()
    };
    let theme = GraphicalTheme { characters, styles: ThemeStyles::ansi() };
    GraphicalReportHandler::new_themed(theme)
        .with_width(100)
        .with_wrap_lines(false)
        .with_links(false)
        .without_syntax_highlighting()
}

/// A problem as miette wants it.
#[derive(Debug)]
struct Drawn {
    message: String,
    severity: Severity,
    help: Option<String>,
    label: LabeledSpan,
    source: Option<Numbered>,
}

impl Drawn {
    fn of(problem: &Problem) -> Self {
        let diagnostic = &problem.diagnostic;
        let span = diagnostic.span;
        let label = diagnostic.label.as_deref().map(clean_line);
        let place = shown(&problem.path);
        let text = problem.text.as_ref();
        let source = (!text.is_empty()).then(|| Numbered::new(&place, clean(text)));
        let message = match source {
            Some(_) => clean(&diagnostic.message),
            None => format!("{} ({place})", clean(&diagnostic.message)),
        };
        Self {
            message,
            severity: diagnostic.severity,
            help: diagnostic.help.as_deref().map(clean),
            label: LabeledSpan::new_primary_with_span(label, (span.start, span.end - span.start)),
            source,
        }
    }
}

impl fmt::Display for Drawn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Drawn {}

impl Diagnostic for Drawn {
    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.source.as_ref().map(|source| source as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        self.source.is_some().then(|| Box::new(std::iter::once(self.label.clone())) as Box<_>)
    }
}
