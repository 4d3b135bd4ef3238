//! A vector in pages that a snapshot can share without copying.
//!
//! Taking a snapshot marks every page as shared, which costs a pointer a page; the first write
//! to a shared page copies that page alone. So the machine stands still for microseconds,
//! however large the state is.

use std::sync::Arc;

/// Entries a page.
const PAGE: usize = 1024;

#[derive(Debug)]
enum Page<T> {
    Own(Box<[T]>),
    Shared(Arc<Box<[T]>>),
}

/// A growing vector of small values.
#[derive(Debug)]
pub struct Paged<T> {
    pages: Vec<Page<T>>,
    len: usize,
}

/// Pages as they stood when the snapshot was taken.
#[derive(Debug, Clone)]
pub struct PagedSnapshot<T> {
    pages: Vec<Arc<Box<[T]>>>,
    len: usize,
}

impl<T: Clone + Default> Default for Paged<T> {
    fn default() -> Paged<T> {
        Paged {
            pages: Vec::new(),
            len: 0,
        }
    }
}

impl<T: Clone + Default> Paged<T> {
    /// Number of entries.
    pub fn len(&self) -> usize {
        self.len
    }

    /// True where there are none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Grows with default values to at least `len` entries.
    pub fn grow(&mut self, len: usize) {
        while self.pages.len() * PAGE < len {
            self.pages.push(Page::Own(vec![T::default(); PAGE].into()));
        }
        self.len = self.len.max(len);
    }

    /// Entry `i`.
    #[inline]
    pub fn get(&self, i: usize) -> &T {
        match &self.pages[i / PAGE] {
            Page::Own(page) => &page[i % PAGE],
            Page::Shared(page) => &page[i % PAGE],
        }
    }

    /// Entry `i`, to be changed.
    #[inline]
    pub fn get_mut(&mut self, i: usize) -> &mut T {
        let page = &mut self.pages[i / PAGE];
        if let Page::Shared(shared) = page {
            *page = Page::Own(Box::<[T]>::clone(shared));
        }
        match page {
            Page::Own(page) => &mut page[i % PAGE],
            Page::Shared(_) => unreachable!("a shared page was just copied"),
        }
    }

    /// Shares all pages with a snapshot.
    pub fn snapshot(&mut self) -> PagedSnapshot<T> {
        let share = |page: &mut Page<T>| {
            if let Page::Own(own) = page {
                *page = Page::Shared(Arc::new(std::mem::take(own)));
            }
            match page {
                Page::Shared(shared) => Arc::clone(shared),
                Page::Own(_) => unreachable!("the page was just shared"),
            }
        };
        PagedSnapshot {
            pages: self.pages.iter_mut().map(share).collect(),
            len: self.len,
        }
    }
}

impl<T> PagedSnapshot<T> {
    /// The entries in order.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.pages
            .iter()
            .flat_map(|page| page.iter())
            .take(self.len)
    }

    /// Entry `i`.
    pub fn get(&self, i: usize) -> &T {
        &self.pages[i / PAGE][i % PAGE]
    }
}
