"""Writes readings into a topic with Confluent's serializers for Python, which register the schemas.

    write.py avro|protobuf BROKERS REGISTRY TOPIC COUNT [CERTIFICATE]

Record n is a car's n-th reading; every second one is written with an older schema, which lacks the
property `area`. What the readings hold stands in the test that reads them (crates/testkit).
"""

import sys
from datetime import datetime, timezone
from decimal import Decimal

from confluent_kafka import Producer
from confluent_kafka.schema_registry import SchemaRegistryClient
from confluent_kafka.serialization import MessageField, SerializationContext


def avro_schema(fields):
    return (
        '{"type": "record", "name": "Reading", "namespace": "cars", "fields": [%s]}'
        % ", ".join(fields)
    )


AVRO_OLD = [
    '{"name": "unused", "type": {"type": "array", "items": ["null", "string"]}}',
    '{"name": "car", "type": "string"}',
    '{"name": "at", "type": {"type": "long", "logicalType": "timestamp-micros"}}',
    '{"name": "speed", "type": ["null", "int"], "default": null}',
    '{"name": "price", "type": {"type": "bytes", "logicalType": "decimal", "precision": 9, "scale": 2}}',
    '{"name": "kind", "type": {"type": "enum", "name": "Kind", "symbols": ["DIESEL", "ELECTRIC"]}}',
    '{"name": "tags", "type": {"type": "map", "values": "long"}}',
    '{"name": "engine", "type": {"type": "record", "name": "Engine", "fields": [{"name": "rpm", "type": "int"}]}}',
]
AVRO_NEW = AVRO_OLD + ['{"name": "area", "type": ["null", "string"], "default": null}']


def at(n):
    return datetime.fromtimestamp(1451606400 + n, tz=timezone.utc)


def avro_serializers(registry):
    from confluent_kafka.schema_registry.avro import AvroSerializer

    def value(n, is_new):
        reading = {
            "unused": [None, "x" * (n % 70)],
            "car": "A%04d" % (n % 7),
            "at": at(n),
            "speed": None if n % 5 == 0 else n,
            "price": Decimal(n) / 100,
            "kind": ["DIESEL", "ELECTRIC"][n % 3 % 2],
            "tags": {"other": -1, "lane": n % 4},
            "engine": {"rpm": 1000 + n},
        }
        if is_new:
            reading["area"] = "area-%d" % n
        return reading

    old = AvroSerializer(registry, avro_schema(AVRO_OLD))
    new = AvroSerializer(registry, avro_schema(AVRO_NEW))
    return lambda n: ((new, old)[n % 2], value(n, n % 2 == 0))


def protobuf_class(is_new):
    """The message, made without a compiler: a file with three messages, of which it is the last."""
    from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
    from google.protobuf import timestamp_pb2, wrappers_pb2  # noqa: F401, imported by the file

    file = descriptor_pb2.FileDescriptorProto(
        name="reading.proto", package="cars", syntax="proto3"
    )
    file.dependency.append("google/protobuf/timestamp.proto")
    file.dependency.append("google/protobuf/wrappers.proto")
    file.message_type.add(name="Other").field.add(name="x", number=1, type=9, label=1)
    engine_type = file.message_type.add(name="Engine")
    engine_type.field.add(name="rpm", number=1, type=5, label=1)
    kind = file.enum_type.add(name="Kind")
    kind.value.add(name="DIESEL", number=0)
    kind.value.add(name="ELECTRIC", number=1)
    reading = file.message_type.add(name="Reading")
    reading.field.add(name="car", number=1, type=9, label=1)
    reading.field.add(
        name="at", number=2, type=11, label=1, type_name=".google.protobuf.Timestamp"
    )
    reading.field.add(
        name="speed", number=3, type=11, label=1, type_name=".google.protobuf.Int32Value"
    )
    reading.field.add(name="price", number=4, type=9, label=1)
    reading.field.add(name="kind", number=5, type=14, label=1, type_name=".cars.Kind")
    reading.field.add(
        name="tags", number=6, type=11, label=3, type_name=".cars.Reading.TagsEntry"
    )
    entry = reading.nested_type.add(name="TagsEntry")
    entry.options.map_entry = True
    entry.field.add(name="key", number=1, type=9, label=1)
    entry.field.add(name="value", number=2, type=3, label=1)
    reading.field.add(name="engine", number=7, type=11, label=1, type_name=".cars.Engine")
    if is_new:
        reading.oneof_decl.add(name="_area")
        reading.field.add(
            name="area", number=8, type=9, label=1, oneof_index=0, proto3_optional=True
        )
    pool = descriptor_pool.DescriptorPool()
    for known in (timestamp_pb2, wrappers_pb2):
        pool.AddSerializedFile(known.DESCRIPTOR.serialized_pb)
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("cars.Reading"))


def protobuf_serializers(registry):
    from confluent_kafka.schema_registry.protobuf import ProtobufSerializer

    classes = [protobuf_class(False), protobuf_class(True)]
    serializers = [ProtobufSerializer(c, registry) for c in classes]

    def value(n, is_new):
        reading = classes[is_new](
            car="A%04d" % (n % 7),
            price="%.2f" % (n / 100),
            kind=n % 3 % 2,
        )
        reading.at.seconds = 1451606400 + n
        if n % 5 != 0:
            reading.speed.value = n
        reading.tags["other"] = -1
        reading.tags["lane"] = n % 4
        reading.engine.rpm = 1000 + n
        if is_new:
            reading.area = "area-%d" % n
        return reading

    return lambda n: (serializers[n % 2 == 0], value(n, n % 2 == 0))


def main():
    kind, brokers, url, topic, count = sys.argv[1:6]
    settings = {"url": url}
    if len(sys.argv) > 6:
        settings["ssl.ca.location"] = sys.argv[6]
    registry = SchemaRegistryClient(settings)
    make = {"avro": avro_serializers, "protobuf": protobuf_serializers}[kind](registry)
    producer = Producer({"bootstrap.servers": brokers})
    context = SerializationContext(topic, MessageField.VALUE)
    for n in range(int(count)):
        serializer, value = make(n)
        producer.produce(topic, serializer(value, context))
    if producer.flush(60) > 0:
        sys.exit("not all records were taken")


main()
