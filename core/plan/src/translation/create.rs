use sqlflow_plugin_sdk::ConfigSpec;
use sqlflow_syntax::{Create, Diagnostic, Relation, Span};

use super::{Translation, load::plain_name};
use crate::{
    Action, SqlText, TransformStep, code,
    draft::Draft,
    params::Subject,
    table_key::TableKey,
    tables::{self, Reading},
};

impl Translation<'_> {
    pub(super) fn create(&mut self, create: &Create, span: Span) -> Draft {
        let key = TableKey::of(&create.name);
        self.refuse_clauses(create.read.as_ref(), create.write.as_ref(), &[]);
        let options_are_good = self.create_options(create);
        let query = self.query(&create.body);
        let text = query.as_ref().map(|query| query.text.as_str());
        let reads = text.map(|sql| tables::read_by(sql, &self.names, Some(&key)));
        let reads = reads.unwrap_or_default();
        let is_view = create.relation == Relation::View;
        let lasts = !is_view || self.view_lasts(create, &reads);
        let query = query.filter(|_| options_are_good && lasts);
        let action = query.map(|query| transform(create, query, &reads));
        let id = self.ids.assign(&format!("transform_{}", plain_name(&create.name)));
        let (name, at) = (create.name.to_string(), create.name.span);
        Draft { id, name, span, at, action, writes: Some(key), reads, is_view }
    }

    fn create_options(&mut self, create: &Create) -> bool {
        let Some(options) = &create.options else { return true };
        let subject = Subject::statement("CREATE", options.span);
        self.statement_options(&ConfigSpec::default(), options, &subject).is_some()
    }

    /// A view outlives the run; what streams through it does not.
    fn view_lasts(&mut self, create: &Create, reads: &Reading) -> bool {
        let Some((source, _)) = reads.sources.first() else { return true };
        let message = format!("the view `{}` reads the source `{source}`", create.name);
        let help = format!(
            "a view stays when the run has ended and its sources are closed: LOAD a table FROM \
             {source} and read that, or CREATE TABLE"
        );
        let finding = Diagnostic::error(code::VIEW_OVER_SOURCE, message, create.name.span);
        self.report(finding.help(help));
        false
    }
}

fn transform(create: &Create, query: SqlText, reads: &Reading) -> Action {
    Action::Transform(TransformStep {
        table: create.name.clone(),
        relation: create.relation,
        or_replace: create.or_replace,
        query,
        sources: reads.sources.clone(),
    })
}
