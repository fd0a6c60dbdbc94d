#!/usr/bin/python3
# SPDX-License-Identifier: MIT
# limit: 120s
"""AMQP: channels, exclusive queues, consumers and deliveries without acknowledgement belong to the
connection. pika, blocking and in an event loop, finds them all after silence (RabbitMQ)."""
import asyncio
import contextlib

import pika
from pika.adapters.asyncio_connection import AsyncioConnection

import harness
import protocols
import services
from protocols import pause


def settings(home, port, names_port):
    """All of it on loopback; the node's name says localhost, which needs no name of this machine.
    """
    return {**harness.bare_environment(), "HOME": home, "ERL_EPMD_PORT": str(names_port),
            "RABBITMQ_NODENAME": f"n{port}@localhost", "RABBITMQ_NODE_PORT": str(port),
            "RABBITMQ_NODE_IP_ADDRESS": "127.0.0.1", "RABBITMQ_MNESIA_BASE": f"{home}/data",
            "RABBITMQ_LOG_BASE": f"{home}/log", "RABBITMQ_ENABLED_PLUGINS_FILE": f"{home}/plugins",
            "RABBITMQ_DIST_PORT": str(services.free_port()), "RABBITMQ_GENERATED_CONFIG_DIR": home,
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}"}


@contextlib.contextmanager
def rabbitmq():
    """With a name server (epmd) of its own, in the foreground: the shared one would stay behind."""
    home = services.folder_for("rabbitmq", "rabbitmq")
    port, names_port = services.free_port(), services.free_port()
    options = {"env": settings(home, port, names_port), "cwd": home, **services.account("rabbitmq")}
    with services.serving(names_port, ["epmd", "-address", "127.0.0.1", "-port", names_port],
                          **options), \
            services.serving(port, ["/usr/lib/rabbitmq/bin/rabbitmq-server"], **options):
        yield port


def parameters(port):
    return pika.ConnectionParameters("127.0.0.1", port, heartbeat=0)


def blocking(port):
    """time.sleep() between calls: nothing reads or writes in the meantime."""
    channel = pika.BlockingConnection(parameters(port)).channel()
    pause()
    queue = channel.queue_declare("", exclusive=True).method.queue
    pause()
    channel.tx_select()
    channel.basic_publish("", queue, b"in a transaction")
    pause()
    channel.tx_commit()
    delivery, _, body = channel.basic_get(queue)
    print(body)
    pause()
    channel.basic_nack(delivery.delivery_tag, requeue=True)
    channel.tx_commit()
    delivery, _, body = channel.basic_get(queue)
    print(delivery.redelivered, body)
    channel.connection.close()


class Consumer:
    """Publishes to itself after each silence and shows what is delivered."""

    def __init__(self, port):
        self.done = asyncio.get_running_loop().create_future()
        self.connection = AsyncioConnection(parameters(port), on_open_callback=self.opened,
                                            on_close_callback=self.closed)

    def opened(self, connection):
        connection.channel(on_open_callback=self.declare)

    def closed(self, _, reason):
        if not self.done.done():
            self.done.set_result(reason)

    def declare(self, channel):
        self.channel = channel
        channel.queue_declare("", exclusive=True, callback=self.consume)

    def consume(self, answer):
        self.queue = answer.method.queue
        self.channel.basic_consume(self.queue, self.receive, auto_ack=True)

    def receive(self, channel, delivery, properties, body):
        print(delivery.delivery_tag, body)

    async def publish_slowly(self):
        for number in range(3):
            await asyncio.sleep(2 * protocols.PAUSE_S)
            self.channel.basic_publish("", self.queue, str(number).encode())
        await asyncio.sleep(protocols.PAUSE_S)
        self.connection.close()
        print((await self.done).reply_code)


async def consume(port):
    await Consumer(port).publish_slowly()


def event_loop(port):
    asyncio.run(consume(port))


protocols.hold(rabbitmq, programs=[blocking, event_loop])
