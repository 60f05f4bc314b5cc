//! Which process this is, and whether another one still lives.

use std::{fs, process};

/// The name of this process in leases and logs: `PID 4242 on build7 [1a2b3c4d:4026531836:99120]`.
///
/// In brackets stand the boot of the machine, the namespace of the PID and the tick at which the
/// process began, so that a PID that was given out again is not taken for the process before.
pub(crate) fn this() -> String {
    let pid = process::id();
    let host = read("/proc/sys/kernel/hostname");
    format!("PID {pid} on {host} [{}:{}]", machine(), began(pid).unwrap_or_default())
}

/// Whether a process of this machine is known to have ended. One of another machine is not known.
pub(crate) fn is_dead(owner: &str) -> bool {
    let Some((pid, there)) = parts(owner) else { return false };
    let Some((machine_there, began_there)) = there.rsplit_once(':') else { return false };
    machine_there == machine() && began(pid).as_deref() != Some(began_there)
}

/// The PID, and what stands in brackets.
fn parts(owner: &str) -> Option<(u32, &str)> {
    let (pid, rest) = owner.strip_prefix("PID ")?.split_once(' ')?;
    let (_, there) = rest.strip_suffix(']')?.rsplit_once('[')?;
    Some((pid.parse().ok()?, there))
}

/// The boot and the PID namespace, which together tell apart all that can have the same PID.
fn machine() -> String {
    let boot = read("/proc/sys/kernel/random/boot_id");
    let namespace = fs::read_link("/proc/self/ns/pid").unwrap_or_default();
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    format!("{}:{}", boot.get(..8).unwrap_or(&boot), digits(&namespace.to_string_lossy()))
}

/// The tick since boot at which a process began: field 22 of proc(5)'s `stat`; none where it has
/// ended, or waits only for its parent to look.
fn began(pid: u32) -> Option<String> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The second field is the program's name, in which anything may stand.
    let (_, fields) = stat.rsplit_once(") ")?;
    let mut fields = fields.split(' ');
    let state = fields.next()?;
    let is_over = matches!(state, "Z" | "X");
    fields.nth(18).filter(|_| !is_over).map(str::to_owned)
}

fn read(path: &str) -> String {
    fs::read_to_string(path).unwrap_or_default().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Mutation tried: `is_dead` without the comparison of the tick; a PID given out again is alive.
    #[test]
    fn a_process_is_dead_once_it_has_ended_or_its_pid_is_another_process() {
        let me = this();
        assert!(!is_dead(&me), "{me}");
        let mut child = process::Command::new("sleep").arg("60").spawn().unwrap();
        let pid = process::id().to_string();
        let tick = began(child.id()).unwrap();
        let (head, _) = me.rsplit_once(':').unwrap();
        let theirs = format!("{head}:{tick}]").replacen(&pid, &child.id().to_string(), 1);
        assert!(!is_dead(&theirs), "{theirs}");
        assert!(is_dead(&format!("{head}:{tick}]").replacen(&tick, "1", 1)), "another tick");
        child.kill().unwrap();
        assert!(is_dead(&theirs) || child.try_wait().is_ok(), "killed, not yet waited for");
        child.wait().unwrap();
        assert!(is_dead(&theirs), "{theirs}");
    }

    #[test]
    fn what_runs_elsewhere_is_not_known_to_be_dead() {
        for owner in ["PID 1 on x [00000000:1:1]", "somebody", "PID x on y [a:b:c]", ""] {
            assert!(!is_dead(owner), "{owner}");
        }
    }
}
