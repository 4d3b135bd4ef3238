"""What a program that uses redis-py does, in both protocols: `redis_py.py PORT`."""

import sys
import threading

import redis


def strings_and_keys(r):
    assert r.set("k", "v", ex=100) and r.get("k") == "v" and 0 < r.ttl("k") <= 100
    assert r.set("k", "w", nx=True) is None
    assert r.incrbyfloat("f", 10.5) == 10.5
    assert r.mget("k", "none") == ["v", None]
    assert r.type("k") == "string" and r.rename("k", "k2") and r.delete("k2") == 1


def collections(r):
    assert r.sadd("20160101", "A1", "B2") == 2
    assert r.smembers("20160101") == {"A1", "B2"}
    assert r.sinter("20160101", "none") == set()
    assert r.hset("car:A1", mapping={"average": "92.5", "readings": "30"}) == 2
    assert r.hgetall("car:A1") == {"average": "92.5", "readings": "30"}
    assert r.zadd("fast", {"A1": 92.5, "B2": 81}) == 2
    assert r.zscore("fast", "A1") == 92.5
    pairs = [tuple(p) for p in r.zrange("fast", 0, -1, desc=True, withscores=True)]
    assert pairs == [("A1", 92.5), ("B2", 81.0)], pairs
    assert r.zrangebyscore("fast", 82, "+inf") == ["A1"]
    assert r.rpush("l", "a", "b") == 2 and r.lrange("l", 0, -1) == ["a", "b"]


def scans(r):
    with r.pipeline(transaction=False) as pipe:
        for n in range(1000):
            pipe.set(f"scan:{n}", n)
        assert all(pipe.execute())
    assert len(set(r.scan_iter("scan:*", count=50))) == 1000
    r.sadd("big", *range(500))
    assert len(set(r.sscan_iter("big", count=20))) == 500
    r.hset("bigh", mapping={f"f{n}": n for n in range(300)})
    assert len(dict(r.hscan_iter("bigh"))) == 300
    assert dict(r.zscan_iter("fast")) == {"A1": 92.5, "B2": 81.0}


def transactions(r):
    with r.pipeline() as pipe:
        pipe.watch("counter")
        pipe.multi()
        pipe.incr("counter").incr("counter")
        assert pipe.execute() == [1, 2]
    with r.pipeline() as pipe:
        pipe.watch("counter")
        r.incr("counter")
        pipe.multi()
        pipe.incr("counter")
        try:
            pipe.execute()
            raise AssertionError("the watched key had changed")
        except redis.WatchError:
            pass


def entries_of(reply):
    """The entries of the one stream in an XREAD reply; its shape depends on the protocol."""
    if not reply:
        return []
    if isinstance(reply, dict):
        (found,) = reply.values()
        return found[0] if found and isinstance(found[0], list) else found
    ((_, found),) = reply
    return found


def streams(r, other):
    assert r.xadd("overspeed", {"car": "A1", "average": "92.5"}, id="1-1") == "1-1"
    r.xgroup_create("overspeed", "readers", id="0")
    read = entries_of(r.xreadgroup("readers", "me", {"overspeed": ">"}))
    assert [e[0] for e in read] == ["1-1"], read
    assert r.xpending("overspeed", "readers")["pending"] == 1
    assert r.xack("overspeed", "readers", "1-1") == 1
    got = []
    waiting = threading.Thread(
        target=lambda: got.append(other.xreadgroup("readers", "me", {"overspeed": ">"}, block=0))
    )
    waiting.start()
    while r.info("clients")["blocked_clients"] == 0:
        pass
    r.xadd("overspeed", {"car": "B2"}, id="2-1")
    waiting.join()
    assert [e[0] for e in entries_of(got[0])] == ["2-1"], got
    assert not r.xread({"overspeed": "$"}, block=1)
    assert r.xinfo_stream("overspeed")["length"] == 2
    assert r.xinfo_groups("overspeed")[0]["pending"] == 1
    assert r.xautoclaim("overspeed", "readers", "you", 0)[1][0][0] == "2-1"
    assert [e[0] for e in r.xrevrange("overspeed", count=1)] == ["2-1"]


def publish_subscribe(r):
    p = r.pubsub(ignore_subscribe_messages=True)
    p.subscribe("alarms")
    p.psubscribe("al*")
    while r.pubsub_numsub("alarms")[0][1] == 0 or r.pubsub_numpat() == 0:
        p.get_message(timeout=1)
    assert r.publish("alarms", "A1") == 2
    seen = []
    while len(seen) < 2:
        message = p.get_message(timeout=5)
        if message:
            seen.append((message["type"], message["data"]))
    assert sorted(seen) == [("message", "A1"), ("pmessage", "A1")], seen
    p.close()


for protocol in (2, 3):
    connect = lambda: redis.Redis(
        port=int(sys.argv[1]), protocol=protocol, decode_responses=True, socket_timeout=30
    )
    r = connect()
    assert r.ping() and r.info()["redis_version"]
    r.flushall()
    strings_and_keys(r)
    collections(r)
    scans(r)
    transactions(r)
    streams(r, connect())
    publish_subscribe(r)
    print("protocol", protocol, "ok")
