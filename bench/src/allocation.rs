//! Counts allocated bytes, when asked to: the program's allocator with a counter before it.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// The system's allocator; counts only while a [`Meter`] asks for it.
pub struct Counting;

static ON: AtomicBool = AtomicBool::new(false);
static BYTES: AtomicU64 = AtomicU64::new(0);

fn count(bytes: usize) {
    if ON.load(Ordering::Relaxed) {
        BYTES.fetch_add(bytes as u64, Ordering::Relaxed);
    }
}

// SAFETY: every call is handed to the system's allocator unchanged.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size());
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        count(layout.size());
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count(size);
        unsafe { System.realloc(pointer, layout, size) }
    }
}

/// Counts from its start on.
pub struct Meter {
    before: u64,
}

impl Meter {
    /// Starts to count, or not.
    pub fn start(counting: bool) -> Meter {
        ON.store(counting, Ordering::Relaxed);
        Meter {
            before: BYTES.load(Ordering::Relaxed),
        }
    }

    /// Bytes allocated since the start; 0 where nothing was counted. Ends the counting.
    pub fn bytes(&self) -> u64 {
        ON.store(false, Ordering::Relaxed);
        BYTES.load(Ordering::Relaxed) - self.before
    }
}
