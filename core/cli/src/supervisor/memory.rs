use std::fs;

/// How many processes the system has ended for want of memory since it was started; `None` where it
/// does not say.
pub(super) fn kills() -> Option<u64> {
    let counters = fs::read_to_string("/proc/vmstat").ok()?;
    counters.lines().find_map(|line| line.strip_prefix("oom_kill "))?.parse().ok()
}
