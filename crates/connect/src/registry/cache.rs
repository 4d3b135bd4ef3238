//! What a registry has told, and the thread that asks it.
//!
//! State: schemas by id, for ever; ids that are wanted; the last trouble. The thread begins with the
//! first id that is wanted, and ends with the last handle.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::client::{Client, ClientError};
use super::config::RegistryConfig;
use super::schema::Schema;

/// Pauses between two questions to a registry that is away, from and to.
const PAUSES: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(5));

/// What is known of an id.
#[derive(Debug, Clone)]
pub enum Found {
    /// The schema.
    Schema(Arc<Schema>),
    /// The registry has none.
    Unknown,
}

/// A registry, shared by all who read records with its schemas.
pub struct Registry {
    shared: Arc<Shared>,
}

struct Shared {
    client: Client,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    found: BTreeMap<u32, Found>,
    /// In the order in which they are asked for; one is taken out when it is answered.
    wanted: VecDeque<u32>,
    /// Why the last question had no answer.
    trouble: Option<String>,
    is_asking: bool,
    is_over: bool,
}

impl Registry {
    /// A registry; nothing is asked yet.
    ///
    /// # Errors
    /// A sentence where the configuration is wrong.
    pub fn new(config: &RegistryConfig) -> Result<Registry, String> {
        Ok(Registry {
            shared: Arc::new(Shared {
                client: Client::new(config)?,
                state: Mutex::default(),
                changed: Condvar::new(),
            }),
        })
    }

    /// Waits until something is known of every id, for so long at most.
    ///
    /// # Errors
    /// Where it is not yet known: what is waited for, in a sentence.
    pub fn await_all(&self, ids: &[u32], patience: Duration) -> Result<(), String> {
        let until = Instant::now() + patience;
        let mut state = self.shared.lock();
        for id in ids {
            if !state.found.contains_key(id) && !state.wanted.contains(id) {
                state.wanted.push_back(*id);
            }
        }
        self.ask(&mut state)?;
        loop {
            if ids.iter().all(|id| state.found.contains_key(id)) {
                return Ok(());
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                let usual = || "the schema registry has not answered yet".to_string();
                return Err(state.trouble.clone().unwrap_or_else(usual));
            }
            state = self.shared.wait(state, left);
        }
    }

    /// Takes a schema in as if it had been asked for.
    pub fn tell(&self, schema: Schema) {
        let id = schema.id;
        let found = Found::Schema(Arc::new(schema));
        self.shared.lock().found.insert(id, found);
        self.shared.changed.notify_all();
    }

    /// What is known of an id, if anything is.
    pub fn get(&self, id: u32) -> Option<Found> {
        self.shared.lock().found.get(&id).cloned()
    }

    /// Lets the thread begin where something is wanted.
    fn ask(&self, state: &mut State) -> Result<(), String> {
        self.shared.changed.notify_all();
        if state.is_asking || state.wanted.is_empty() {
            return Ok(());
        }
        let shared = Arc::clone(&self.shared);
        let thread = thread::Builder::new().name("schema registry".into());
        let begun = thread.spawn(move || shared.run());
        begun.map_err(|e| format!("schema registry: no thread: {e}"))?;
        state.is_asking = true;
        Ok(())
    }
}

impl Drop for Registry {
    fn drop(&mut self) {
        self.shared.lock().is_over = true;
        self.shared.changed.notify_all();
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        // Every change is whole before the lock is given back.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'a>(&self, state: MutexGuard<'a, State>, time: Duration) -> MutexGuard<'a, State> {
        let waited = self.changed.wait_timeout(state, time);
        waited.unwrap_or_else(PoisonError::into_inner).0
    }

    fn run(&self) {
        let mut pause = PAUSES.0;
        while let Some(id) = self.next() {
            let answer = self.client.schema(id);
            let mut state = self.lock();
            let found = match answer {
                Ok(schema) => Found::Schema(Arc::new(schema)),
                Err(ClientError::Unknown) => Found::Unknown,
                Err(ClientError::Away(why) | ClientError::Refused(why)) => {
                    state.trouble = Some(format!("schema registry: {why}"));
                    // The trouble may be this one's alone: the next is asked for first.
                    state.wanted.rotate_left(1);
                    self.rest(state, pause);
                    pause = (pause * 2).min(PAUSES.1);
                    continue;
                }
            };
            pause = PAUSES.0;
            state.trouble = None;
            state.found.insert(id, found);
            state.wanted.retain(|wanted| *wanted != id);
            self.changed.notify_all();
        }
    }

    /// The next id that is wanted; waits for one. None when nobody asks any more.
    fn next(&self) -> Option<u32> {
        let mut state = self.lock();
        loop {
            match (state.is_over, state.wanted.front()) {
                (true, _) => return None,
                (_, Some(id)) => return Some(*id),
                _ => state = self.wait(state, PAUSES.1),
            }
        }
    }

    /// Waits, or until nobody asks any more.
    fn rest(&self, mut state: MutexGuard<'_, State>, pause: Duration) {
        let until = Instant::now() + pause;
        while !state.is_over {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            state = self.wait(state, left);
        }
    }
}
