//! Two processes of one group, each with a folder of its own.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::job::{Job, until, write};
use crate::kafka::PARTITIONS;

/// Settings under which the group misses a member after a few seconds.
pub const CLASSIC: &str = r#"{ "session.timeout.ms" = "3000", "heartbeat.interval.ms" = "500" }"#;
/// A spout whose partitions the group shares.
pub fn spout(brokers: &str, topic: &str, settings: &str) -> String {
    format!(
        "kind = \"kafka\"\nbrokers = \"{brokers}\"\ntopic = \"{topic}\"\ngroup = \"g\"\n\
         partitioned_by = [\"carNumber\"]\nsettings = {settings}"
    )
}

/// Lets time go by.
pub fn pause(duration: Duration) {
    let began = Instant::now();
    until("a moment", || began.elapsed() > duration);
}

/// Two processes and their folders.
pub struct Pair {
    pub folders: [tempfile::TempDir; 2],
    pub jobs: [Option<Job>; 2],
}

impl Pair {
    /// Starts both on jobs of their own.
    pub fn start(spout: &str, live: &str, out: &str) -> Pair {
        let folders = [0, 1].map(|_| tempfile::tempdir().expect("a folder"));
        for folder in &folders {
            // Silence of the producer is no silence of the cars here.
            write(folder.path(), spout, "1 hour", live, out);
        }
        let jobs = [0, 1].map(|n: usize| Some(Job::start(folders[n].path(), false)));
        Pair { folders, jobs }
    }

    /// A process at work.
    pub fn job(&mut self, which: usize) -> &mut Job {
        let job = self.jobs[which].as_mut().expect("a process");
        if job.has_ended() {
            panic!("it ended by itself:\n{}", log(self.folders[which].path()));
        }
        job
    }

    /// Ends one at once.
    pub fn kill(&mut self, which: usize) {
        self.job(which);
        self.jobs[which].take().expect("a process").kill();
    }

    /// Starts one again.
    pub fn restart(&mut self, which: usize) {
        self.jobs[which] = Some(Job::start(self.folders[which].path(), false));
    }

    /// Waits until each has partitions, and no partition two processes.
    pub fn until_shared(&self) {
        until("the partitions are shared", || {
            let shares = self.shares();
            shares.iter().all(|n| *n > 0) && shares.iter().sum::<usize>() == PARTITIONS as usize
        });
    }

    /// Waits until one has all partitions.
    pub fn until_all_at(&self, which: usize) {
        until("one has all partitions", || {
            self.shares()[which] == PARTITIONS as usize
        });
    }

    /// The partitions that each process says it has.
    fn shares(&self) -> [usize; 2] {
        [0, 1].map(|n: usize| {
            let log = log(self.folders[n].path());
            let line = log.lines().rfind(|l| l.contains(" partitions="));
            let count = line.and_then(|l| l.split(" partitions=").nth(1)?.split(' ').next());
            count.and_then(|c| c.parse().ok()).unwrap_or(0)
        })
    }
}

fn log(folder: &Path) -> String {
    fs::read_to_string(folder.join("log")).unwrap_or_default()
}
