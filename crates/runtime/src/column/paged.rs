//! A vector in pages that a snapshot can share without copying.
//!
//! Taking a snapshot marks every page as shared, which costs a pointer a page; the first write
//! to a shared page copies that page alone. So the machine stands still for microseconds,
//! however large the state is.

use std::sync::Arc;

/// Entries a page.
const PAGE: usize = 1024;

type Entries<T> = Box<[T; PAGE]>;

#[derive(Debug)]
enum Page<T> {
    Own(Entries<T>),
    Shared(Arc<Entries<T>>),
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
    pages: Vec<Arc<Entries<T>>>,
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

fn empty<T: Clone + Default>() -> Entries<T> {
    let entries = vec![T::default(); PAGE].into_boxed_slice().try_into();
    entries.unwrap_or_else(|_| unreachable!("a page is as long as it was made"))
}

impl<T: Clone + Default> Page<T> {
    #[cold]
    fn copy(&mut self) {
        if let Page::Shared(shared) = self {
            *self = Page::Own(Entries::<T>::clone(shared));
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
    #[inline]
    pub fn grow(&mut self, len: usize) {
        while self.pages.len() * PAGE < len {
            self.pages.push(Page::Own(empty()));
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
        if let Page::Shared(_) = page {
            page.copy();
        }
        match page {
            Page::Own(page) => &mut page[i % PAGE],
            Page::Shared(_) => unreachable!("a shared page was just copied"),
        }
    }

    /// Shares all pages with a snapshot.
    pub fn snapshot(&mut self) -> PagedSnapshot<T> {
        let share = |page: Page<T>| match page {
            Page::Own(own) => Arc::new(own),
            Page::Shared(shared) => shared,
        };
        let pages: Vec<Arc<Entries<T>>> = self.pages.drain(..).map(share).collect();
        let shared = pages.iter().map(|page| Page::Shared(Arc::clone(page)));
        self.pages.extend(shared);
        PagedSnapshot {
            pages,
            len: self.len,
        }
    }
}

impl<T> PagedSnapshot<T> {
    /// The entries in order.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        let entries = self.pages.iter().flat_map(|page| page.iter());
        entries.take(self.len)
    }

    /// Entry `i`.
    pub fn get(&self, i: usize) -> &T {
        &self.pages[i / PAGE][i % PAGE]
    }
}
