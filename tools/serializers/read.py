"""Reads records of Avro from a topic's first partition with Confluent's deserializer for Python; prints
each as an object a line.

    read.py BROKERS REGISTRY TOPIC COUNT
"""

import json
import sys
import time

from confluent_kafka import Consumer, TopicPartition
from confluent_kafka.schema_registry import SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroDeserializer
from confluent_kafka.serialization import MessageField, SerializationContext


def main():
    brokers, url, topic, count = sys.argv[1:5]
    deserializer = AvroDeserializer(SchemaRegistryClient({"url": url}))
    context = SerializationContext(topic, MessageField.VALUE)
    consumer = Consumer({"bootstrap.servers": brokers, "group.id": "judge"})
    consumer.assign([TopicPartition(topic, 0, 0)])
    until = time.time() + 60
    left = int(count)
    while left > 0 and time.time() < until:
        message = consumer.poll(1)
        if message is not None and message.error() is None:
            print(json.dumps(deserializer(message.value(), context)))
            left -= 1
    consumer.close()


main()
