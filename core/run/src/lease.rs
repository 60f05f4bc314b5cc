//! The right to run a pipeline, kept alive while it is run.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
        mpsc::{self, Sender},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use sqlflow_fault as fault;
use sqlflow_plugin_sdk::CancelToken;
use sqlflow_state::{Lease, LeaseRequest, RunId, RunStore, Scope, StoreError};

use crate::process;

/// How long a lease lasts when nobody renews it.
const LASTS: Duration = Duration::from_secs(15);
/// How often it is renewed.
const BEAT: Duration = Duration::from_secs(4);
/// How often a lease that another has is asked for again.
const AGAIN: Duration = Duration::from_millis(200);

/// A lease that is renewed until it is dropped, and then given back.
#[derive(Debug)]
pub(crate) struct HeldLease {
    store: Arc<dyn RunStore>,
    shared: Arc<Shared>,
    beat: Option<(Sender<()>, JoinHandle<()>)>,
}

#[derive(Debug)]
struct Shared {
    lease: Mutex<Lease>,
    /// Another process has taken it over.
    lost: AtomicBool,
}

impl HeldLease {
    /// Takes the lease of a pipeline; at once, too, where its owner is a process of this machine
    /// that has ended. While another has it, waits for as long as `patience` is not cancelled. Where
    /// it is lost later, `cancel` is cancelled.
    pub(crate) fn take(
        store: &Arc<dyn RunStore>,
        scope: &Scope,
        patience: Option<&CancelToken>,
        cancel: &CancelToken,
    ) -> Result<Self, StoreError> {
        let waits = || patience.is_some_and(|patience| !patience.is_cancelled());
        let lease = loop {
            match acquire(store.as_ref(), scope) {
                Err(StoreError::Held(_)) if waits() => thread::sleep(AGAIN),
                taken => break taken?,
            }
        };
        let shared = Arc::new(Shared { lease: Mutex::new(lease), lost: AtomicBool::new(false) });
        let beat = keep_alive(Arc::clone(store), Arc::clone(&shared), cancel.clone());
        Ok(Self { store: Arc::clone(store), shared, beat })
    }

    /// The lease as it stands.
    pub(crate) fn lease(&self) -> Lease {
        self.shared.get()
    }

    /// Notes the run that it is used for.
    pub(crate) fn note_run(&self, run: RunId) -> Result<(), StoreError> {
        self.shared.set(Lease { run: Some(run), ..self.lease() });
        let renewed = self.store.renew(&self.lease(), lasts())?;
        self.shared.set(renewed);
        fault::point(fault::LEASE_NOTED);
        Ok(())
    }

    /// Fails where another process has taken the lease over; asked right before a commit.
    pub(crate) fn check(&self) -> Result<(), StoreError> {
        let ours = self.lease();
        let there = self.store.lease(&ours.scope)?;
        if there.is_some_and(|lease| lease.epoch == ours.epoch) {
            return Ok(());
        }
        self.shared.lost.store(true, Ordering::SeqCst);
        Err(StoreError::Fenced { scope: ours.scope, epoch: ours.epoch })
    }

    /// Whether another process is known to have taken it over.
    pub(crate) fn is_lost(&self) -> bool {
        self.shared.lost.load(Ordering::SeqCst)
    }
}

impl Drop for HeldLease {
    fn drop(&mut self) {
        if let Some((stop, beat)) = self.beat.take() {
            drop(stop);
            let _ = beat.join();
        }
        // Where it cannot be given back, it expires.
        let _ = self.store.release(&self.lease());
        fault::point(fault::LEASE_RELEASED);
    }
}

impl Shared {
    fn get(&self) -> Lease {
        self.lease.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set(&self, lease: Lease) {
        *self.lease.lock().unwrap_or_else(PoisonError::into_inner) = lease;
    }
}

fn acquire(store: &dyn RunStore, scope: &Scope) -> Result<Lease, StoreError> {
    fault::point(fault::LEASE_ASKING);
    let there = store.lease(scope)?;
    let dead = there.filter(|lease| process::is_dead(&lease.owner));
    store.acquire(&LeaseRequest {
        scope: scope.clone(),
        owner: process::this(),
        lasts: lasts(),
        instead_of: dead.map(|lease| lease.epoch),
    })
}

/// How long a lease lasts when nobody renews it.
fn lasts() -> Duration {
    fault::span(fault::LEASE_LASTS, LASTS)
}

/// Renews the lease until its sender is dropped. A store that cannot be reached for a while is
/// tried again: only a lease that another has is lost.
fn keep_alive(
    store: Arc<dyn RunStore>,
    shared: Arc<Shared>,
    cancel: CancelToken,
) -> Option<(Sender<()>, JoinHandle<()>)> {
    let (stop, stopped) = mpsc::channel();
    let thread = thread::Builder::new().name("sqlflow-lease".to_owned());
    let beat = thread.spawn(move || {
        let beat = fault::span(fault::LEASE_BEAT, BEAT);
        while stopped.recv_timeout(beat) == Err(mpsc::RecvTimeoutError::Timeout) {
            fault::point(fault::LEASE_BEATING);
            match store.renew(&shared.get(), lasts()) {
                Ok(lease) => shared.set(Lease { run: shared.get().run, ..lease }),
                Err(StoreError::Fenced { .. }) => {
                    shared.lost.store(true, Ordering::SeqCst);
                    return cancel.cancel();
                }
                Err(_) => {}
            }
        }
    });
    // Without the thread the lease lasts as long as it lasts.
    Some((stop, beat.ok()?))
}
