//! A topology whose partitions several processes share: a topology of its own for each partition that
//! this process has, with the state that the process before it has left.
//!
//! 1. The group's consumer says which partitions are ours.
//! 2. Each has a thread ([`life`]) that takes it over and runs its topology.
//! 3. A partition that moves on is stopped at a last checkpoint before it is let go; one that is lost
//!    is killed, and whoever has it now starts from the checkpoint before.
//!
//! State: the lives. Never: decides who has what.

mod life;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::thread::JoinHandle;

use crossbeam_channel::{Receiver, Sender, bounded};
use tachograph_connect::kafka::{KafkaConfig, Member, Share, prepare};

use crate::config::Config;
use crate::status::Observer;
use crate::system::SystemOptions;
use life::{Ending, Life};

/// Partitions of a group in this process.
pub(crate) struct Group {
    shared: Arc<Shared>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

/// What the lives of partitions share.
struct Shared {
    config: Config,
    options: SystemOptions,
    observer: Arc<Observer>,
    /// Name of the spout.
    spout: String,
    group: String,
    changelog: KafkaConfig,
    /// Commits for those who watch the group; gone when the membership is.
    member: Mutex<Weak<Member>>,
    lives: Mutex<BTreeMap<u32, Running>>,
    /// Does the process end? What it had stays to be seen then.
    ends: AtomicBool,
    fault: Mutex<Option<String>>,
    this: Weak<Shared>,
}

/// A life at work, and how it is told to end.
struct Running {
    end: Sender<Ending>,
    thread: JoinHandle<()>,
}

impl Group {
    /// Joins the group of a spout.
    ///
    /// # Errors
    /// A sentence where the topic or its changelog cannot be used.
    pub fn start(
        config: &Config,
        (spout, group, source): (&str, &str, &KafkaConfig),
        options: &SystemOptions,
        observer: &Arc<Observer>,
    ) -> Result<Group, String> {
        let changelog = KafkaConfig {
            topic: format!("{group}-{spout}-changelog"),
            ..source.clone()
        };
        prepare(source, &changelog)?;
        let shared = Arc::new_cyclic(|this| Shared {
            config: config.clone(),
            options: options.clone(),
            observer: Arc::clone(observer),
            spout: spout.to_string(),
            group: group.to_string(),
            changelog,
            member: Mutex::default(),
            lives: Mutex::default(),
            ends: AtomicBool::new(false),
            fault: Mutex::default(),
            this: Weak::clone(this),
        });
        let share: Arc<dyn Share> = Arc::clone(&shared) as Arc<dyn Share>;
        let member = Arc::new(Member::join(source, group, share)?);
        *lock(&shared.member) = Arc::downgrade(&member);
        let stop = Arc::new(AtomicBool::new(false));
        let (of_thread, stopping) = (Arc::clone(&shared), Arc::clone(&stop));
        let thread = std::thread::Builder::new().name("group".into());
        let thread = thread.spawn(move || of_thread.follow(member, &stopping));
        Ok(Group {
            shared,
            stop,
            thread: Some(thread.map_err(|e| format!("a thread cannot be started: {e}"))?),
        })
    }

    /// Has a partition failed for good, or the membership?
    pub fn has_failed(&self) -> bool {
        lock(&self.shared.fault).is_some()
    }

    /// Is nothing done any more?
    pub fn is_finished(&self) -> bool {
        self.thread.as_ref().is_none_or(JoinHandle::is_finished)
    }

    /// Makes last checkpoints, leaves the group, and stops.
    ///
    /// # Errors
    /// The first fault of a partition.
    pub fn stop(mut self) -> Result<(), String> {
        self.stop.store(true, Ordering::SeqCst);
        self.wait()
    }

    /// Waits until a partition, or the membership, fails.
    ///
    /// # Errors
    /// The first fault.
    pub fn wait(&mut self) -> Result<(), String> {
        if let Some(thread) = self.thread.take() {
            // A panic of it is a fault of the process, which its message tells.
            let _ = thread.join();
        }
        lock(&self.shared.fault).take().map_or(Ok(()), Err)
    }

    /// Stops without checkpoints, as a crash would.
    pub fn kill(mut self) {
        self.shared.end_all(Ending::Kill);
        self.stop.store(true, Ordering::SeqCst);
        let _ = self.wait();
    }
}

impl Shared {
    /// Takes part in the group until the end.
    fn follow(&self, member: Arc<Member>, stop: &AtomicBool) {
        let mut ending = Ending::Stop;
        while !stop.load(Ordering::SeqCst) {
            match member.poll() {
                Ok(trouble) => self.observer.waits_for("group", trouble),
                Err(fault) => self.fail(fault),
            }
            if lock(&self.fault).is_some() {
                ending = Ending::Kill;
                break;
            }
        }
        self.ends.store(true, Ordering::SeqCst);
        self.end_all(ending);
        // The last one that holds it leaves the group.
        drop(member);
    }

    fn fail(&self, fault: String) {
        lock(&self.fault).get_or_insert(fault);
    }

    /// Tells the group how far a partition is done.
    fn covered(&self, partition: u32, position: u64) {
        let member = lock(&self.member).upgrade();
        if let Some(member) = member {
            member.commit(partition, position);
        }
    }

    fn end_all(&self, ending: Ending) {
        let all: Vec<u32> = lock(&self.lives).keys().copied().collect();
        self.end(&all, ending);
    }

    /// Ends the work on partitions, all at the same time, and waits for it.
    fn end(&self, partitions: &[u32], ending: Ending) {
        let mut lives = lock(&self.lives);
        let ended: Vec<Running> = partitions.iter().filter_map(|p| lives.remove(p)).collect();
        drop(lives);
        for life in &ended {
            // One that has ended by itself hears nothing.
            let _ = life.end.try_send(ending);
        }
        for life in ended {
            if life.thread.join().is_err() {
                self.fail("the thread of a partition panicked".into());
            }
        }
    }

    fn begin(&self, partition: u32) -> Result<Running, String> {
        let shared = self.this.upgrade().ok_or("the group is gone")?;
        let (end, ending): (Sender<Ending>, Receiver<Ending>) = bounded(1);
        let thread = std::thread::Builder::new().name(format!("partition-{partition}"));
        let thread = thread.spawn(move || Life::new(shared, partition, ending).run());
        let thread = thread.map_err(|e| format!("a thread cannot be started: {e}"))?;
        Ok(Running { end, thread })
    }
}

impl Share for Shared {
    fn assigned(&self, partitions: &[u32]) {
        for partition in partitions {
            match self.begin(*partition) {
                Ok(life) => drop(lock(&self.lives).insert(*partition, life)),
                Err(fault) => self.fail(fault),
            }
        }
    }

    fn revoked(&self, partitions: &[u32], lost: bool) {
        let ending = if lost { Ending::Kill } else { Ending::Stop };
        self.end(partitions, ending);
    }
}

fn lock<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}
