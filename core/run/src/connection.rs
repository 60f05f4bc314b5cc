//! Connections of the profile: what they are, whether they work, what they hold.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use sqlflow_plan::{Connected, Finding, Input, Settled};
use sqlflow_plugin_sdk::{CancelToken, CheckReport, ConnectorKind, Error, StreamDescriptor};
use sqlflow_profile::Connection;
use sqlflow_state::StepError;
use sqlflow_syntax::{Sources, suggest};

use crate::{
    ExitClass, Trouble, Workspace, compile::connector_spec, deadline::within, errors,
    resilience::unwatched,
};

/// How a connection did in one role of its connector.
#[derive(Debug)]
pub struct RoleTest {
    /// The role.
    pub role: ConnectorKind,
    /// What was tried, or what kept the connector from trying. No secret is in it.
    pub outcome: Result<CheckReport, StepError>,
    /// How long it took.
    pub elapsed: Duration,
}

impl RoleTest {
    /// Whether all that was tried worked.
    pub fn passed(&self) -> bool {
        self.outcome.as_ref().is_ok_and(|report| report.items.iter().all(|item| item.ok))
    }

    /// The class of the exit code: what is no mistake in the settings, no missing right and no
    /// cancel is a failure of the connection.
    pub fn exit_class(&self) -> ExitClass {
        match &self.outcome {
            Ok(_) if self.passed() => ExitClass::Ok,
            Ok(_) => ExitClass::Connection,
            Err(error) => class_of(error),
        }
    }
}

fn class_of(error: &StepError) -> ExitClass {
    match ExitClass::of_step(error) {
        ExitClass::Execution if error.kind == "config" => ExitClass::Usage,
        ExitClass::Execution => ExitClass::Connection,
        class => class,
    }
}

/// Opens a connection in each role that its params are enough for, and has the connector reach the
/// other side. No row is read or written.
///
/// # Errors
///
/// There is no such connection, or its settings are wrong.
pub fn test_connection(
    workspace: &Workspace,
    name: &str,
    limit: Duration,
    cancel: &CancelToken,
) -> Result<Vec<RoleTest>, Trouble> {
    let connection = find(workspace, name)?;
    let roles = roles(workspace, connection)?;
    Ok(roles
        .into_iter()
        .map(|(role, connected)| {
            let start = Instant::now();
            let outcome = reach(workspace, role, &connected, limit, cancel)
                .map(|report| without_secrets(report, &connected))
                .map_err(|error| hidden(errors::of_connector(&error), &connected));
            RoleTest { role, outcome, elapsed: start.elapsed() }
        })
        .collect())
}

/// Lists the streams of a connection.
///
/// # Errors
///
/// There is no such connection, its settings are wrong, its connector is no source, or the other
/// side cannot be asked.
pub fn discover(
    workspace: &Workspace,
    name: &str,
    limit: Duration,
    cancel: &CancelToken,
) -> Result<Vec<StreamDescriptor>, Trouble> {
    let connection = find(workspace, name)?;
    let connected = in_role(workspace, connection, ConnectorKind::Source)
        .map_err(|findings| problems(workspace, findings))?;
    let (sources, wanted) = (workspace.sources(), connected.clone());
    let found = within(limit, cancel, move |cancel| {
        let protection = unwatched(&wanted, cancel);
        let Connected { connector, config, .. } = &wanted;
        sources.open_resilient(connector, config, &protection)?.discover()
    });
    found.map_err(|error| {
        let error = hidden(errors::of_connector(&error), &connected);
        let class = class_of(&error);
        Trouble::Failed(Box::new(error), class)
    })
}

/// A connection as a source with its params alone; what is wrong with it has its place in the
/// profile.
pub(crate) fn as_source(workspace: &Workspace, name: &str) -> Result<Connected, Trouble> {
    let connection = find(workspace, name)?;
    in_role(workspace, connection, ConnectorKind::Source)
        .map_err(|findings| problems(workspace, findings))
}

fn find<'a>(workspace: &'a Workspace, name: &str) -> Result<&'a Connection, Trouble> {
    let connections = &workspace.profile().connections;
    connections.get(name).ok_or_else(|| {
        let profile = &workspace.profile().name;
        let names: Vec<&str> = connections.keys().map(String::as_str).collect();
        let remedy = match suggest(name, names.iter().copied()) {
            Some(nearest) => format!("did you mean `{nearest}`? There are: {}", names.join(", ")),
            None if names.is_empty() => {
                format!("add one: `sqlflow connect add {name} --type CONNECTOR`")
            }
            None => format!("there are: {}", names.join(", ")),
        };
        let message = format!("the profile `{profile}` has no connection `{name}`");
        Trouble::usage(sqlflow_profile::code::NO_CONNECTION, message, remedy)
    })
}

/// The roles that the params of a connection are enough for: one that only lacks a param is left
/// out where another is complete.
fn roles(
    workspace: &Workspace,
    connection: &Connection,
) -> Result<Vec<(ConnectorKind, Connected)>, Trouble> {
    let word = &connection.connector_type.value;
    let kinds = workspace.plugins().manifest(word).map(|manifest| manifest.kinds.clone());
    // A connector that nobody has is told at its place by either role.
    let kinds = kinds.unwrap_or_else(|_| vec![ConnectorKind::Source]);
    let (mut complete, mut wrong) = (Vec::new(), Vec::new());
    for role in kinds {
        match in_role(workspace, connection, role) {
            Ok(connected) => complete.push((role, connected)),
            Err(findings) => wrong.push(findings),
        }
    }
    let lacks = |findings: &Vec<Finding>| {
        findings.iter().all(|found| found.diagnostic.code == sqlflow_plan::code::MISSING_OPTION)
    };
    if !complete.is_empty() {
        wrong.retain(|findings| !lacks(findings));
    }
    match wrong.into_iter().next() {
        Some(findings) => Err(problems(workspace, findings)),
        None => Ok(complete),
    }
}

fn in_role(
    workspace: &Workspace,
    connection: &Connection,
    role: ConnectorKind,
) -> Result<Connected, Vec<Finding>> {
    let word = connection.connector_type.value.to_ascii_lowercase();
    let spec = connector_spec(workspace.plugins(), &word);
    let nothing = Settled::nothing(Sources::of("", ""));
    let input = Input {
        name: "",
        settled: &nothing,
        project: workspace.project(),
        profile: workspace.profile(),
        environment: workspace.environment(),
        variables: workspace.variables(),
        connectors: &BTreeMap::from([(word, spec)]),
    };
    sqlflow_plan::connect_profile(&input, connection, role)
}

fn problems(workspace: &Workspace, findings: Vec<Finding>) -> Trouble {
    let problem = |finding: Finding| workspace.in_profile(finding.diagnostic);
    Trouble::Problems(findings.into_iter().map(problem).collect())
}

fn reach(
    workspace: &Workspace,
    role: ConnectorKind,
    connected: &Connected,
    limit: Duration,
    cancel: &CancelToken,
) -> Result<CheckReport, Error> {
    let connected = connected.clone();
    match role {
        ConnectorKind::Source => {
            let sources = workspace.sources();
            within(limit, cancel, move |cancel| {
                let protection = unwatched(&connected, cancel);
                let Connected { connector, config, .. } = &connected;
                sources.open_resilient(connector, config, &protection)?.check()
            })
        }
        ConnectorKind::Destination => {
            let destinations = workspace.destinations();
            within(limit, cancel, move |cancel| {
                let protection = unwatched(&connected, cancel);
                let Connected { connector, config, .. } = &connected;
                destinations.open_resilient(connector, config, &protection)?.check()
            })
        }
    }
}

fn without_secrets(mut report: CheckReport, connected: &Connected) -> CheckReport {
    for item in &mut report.items {
        item.name = connected.hide_secrets(&item.name);
        item.message = connected.hide_secrets(&item.message);
    }
    report
}

/// What the connector says may hold what it was told.
fn hidden(mut error: StepError, connected: &Connected) -> StepError {
    let hide = |text: &String| connected.hide_secrets(text);
    error.message = hide(&error.message);
    error.remedy = error.remedy.as_ref().map(hide);
    error.causes = error.causes.iter().map(hide).collect();
    error.context = error.context.iter().map(|(key, value)| (key.clone(), hide(value))).collect();
    error
}
