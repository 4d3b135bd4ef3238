//! Reading a store from bytes, trusting none of them.

use super::{HASH, LIST, LoadError, MAGIC, SET, STREAM, TEXT, VERSION, ZSET};
use crate::stream::{Consumer, Group, Pending, Stream, StreamId, Writer};
use crate::value::{Hash, List, Set, Value};
use crate::zset::SortedSet;
use crate::{Bytes, Store};

type Loaded<T> = Result<T, LoadError>;

impl Store {
    /// The store that [`Store::save`] wrote.
    ///
    /// # Errors
    /// When the bytes are not a whole, unchanged snapshot of a version known here.
    pub fn load(bytes: &[u8]) -> Result<Store, LoadError> {
        let rest = bytes.strip_prefix(MAGIC).ok_or(LoadError::NotASnapshot)?;
        let version = VERSION;
        let mut header = Reader { rest, version };
        let version = u16::from_le_bytes(header.array()?);
        if version == 0 || version > VERSION {
            return Err(LoadError::UnknownVersion(version));
        }
        let length = usize::try_from(header.u64()?).map_err(|_| LoadError::Truncated)?;
        let body = header.take(length)?;
        if u32::from_le_bytes(header.array()?) != crc32fast::hash(body) {
            return Err(LoadError::Checksum);
        }
        let rest = body;
        let mut reader = Reader { rest, version };
        let mut store = Store {
            chance: reader.u64()?,
            ..Store::default()
        };
        for _ in 0..reader.u64()? {
            let key = reader.bytes()?;
            let expire_at_ms = reader.optional()?;
            let value = reader.value()?;
            store.keys.insert(&key, value, expire_at_ms);
        }
        match reader.rest {
            [] => Ok(store),
            _ => Err(LoadError::Malformed("bytes after the last key")),
        }
    }
}

struct Reader<'a> {
    rest: &'a [u8],
    version: u16,
}

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Loaded<&'a [u8]> {
        let (head, tail) = self
            .rest
            .split_at_checked(count)
            .ok_or(LoadError::Truncated)?;
        self.rest = tail;
        Ok(head)
    }

    fn array<const N: usize>(&mut self) -> Loaded<[u8; N]> {
        let (head, tail) = self.rest.split_first_chunk().ok_or(LoadError::Truncated)?;
        self.rest = tail;
        Ok(*head)
    }

    fn u64(&mut self) -> Loaded<u64> {
        Ok(u64::from_le_bytes(self.array()?))
    }

    fn bytes(&mut self) -> Loaded<Bytes> {
        let length = usize::try_from(self.u64()?).map_err(|_| LoadError::Truncated)?;
        Ok(self.take(length)?.into())
    }

    fn optional(&mut self) -> Loaded<Option<u64>> {
        let [present] = self.array()?;
        let number = self.u64()?;
        Ok((present != 0).then_some(number))
    }

    fn id(&mut self) -> Loaded<StreamId> {
        Ok(StreamId {
            ms: self.u64()?,
            seq: self.u64()?,
        })
    }

    /// That many items, counted by the number that comes first.
    fn many<T, C: FromIterator<T>>(&mut self, read: fn(&mut Self) -> Loaded<T>) -> Loaded<C> {
        let count = self.u64()?;
        (0..count).map(|_| read(self)).collect()
    }

    fn pair(&mut self) -> Loaded<(Bytes, Bytes)> {
        Ok((self.bytes()?, self.bytes()?))
    }

    fn value(&mut self) -> Loaded<Value> {
        let [kind] = self.array()?;
        Ok(match kind {
            TEXT => Value::Text(self.bytes()?),
            LIST => Value::List(self.many::<_, List>(Self::bytes)?),
            SET => Value::Set(self.many::<_, Set>(Self::bytes)?),
            HASH => Value::Hash(self.many::<_, Hash>(Self::pair)?),
            ZSET => Value::Zset(self.zset()?),
            STREAM => Value::Stream(Box::new(self.stream()?)),
            _ => return Err(LoadError::Malformed("unknown kind of value")),
        })
    }

    fn zset(&mut self) -> Loaded<SortedSet> {
        let mut zset = SortedSet::default();
        for _ in 0..self.u64()? {
            let member = self.bytes()?;
            let score = f64::from_bits(self.u64()?);
            if score.is_nan() {
                return Err(LoadError::Malformed("a score that is not a number"));
            }
            zset.insert(&member, score);
        }
        Ok(zset)
    }

    fn stream(&mut self) -> Loaded<Stream> {
        Ok(Stream {
            last_id: self.id()?,
            max_deleted: self.id()?,
            entries_added: self.u64()?,
            writer: self.writer()?,
            entries: self.many(|r| Ok((r.id()?, r.many::<_, Vec<_>>(Self::pair)?.into())))?,
            groups: self.many(|r| Ok((r.bytes()?, r.group()?)))?,
        })
    }

    fn writer(&mut self) -> Loaded<Option<Writer>> {
        if self.version == 1 {
            return Ok(None);
        }
        let (number, last_id) = (self.optional()?, self.id()?);
        let number = number.map(u32::try_from).transpose();
        let number = number.map_err(|_| LoadError::Malformed("number of a writer"))?;
        Ok(number.map(|number| Writer { number, last_id }))
    }

    fn group(&mut self) -> Loaded<Group> {
        let mut group = Group::new(self.id()?, self.optional()?);
        group.consumers = self.many(|r| {
            let name = r.bytes()?;
            Ok((
                name,
                Consumer {
                    seen_ms: r.u64()?,
                    ..Consumer::default()
                },
            ))
        })?;
        for _ in 0..self.u64()? {
            let (id, consumer) = (self.id()?, self.bytes()?);
            let (delivered_ms, deliveries) = (self.u64()?, self.u64()?);
            group.hand_out(
                id,
                Pending {
                    consumer,
                    delivered_ms,
                    deliveries,
                },
            );
        }
        Ok(group)
    }
}
