#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""gRPC: unary calls with silences between them, and streams that are silent in either direction,
stay on one channel."""
from concurrent import futures

import grpc

import protocols
from protocols import pause

UNARY, STREAM = "/test.Echo/Unary", "/test.Echo/Stream"


def echo(message, _):
    return b"echo " + message


def echo_slowly(messages, _):
    for message in messages:
        yield b"heard " + message
        pause()
        yield b"echo " + message


class Handlers(grpc.GenericRpcHandler):
    def service(self, call):
        if call.method == UNARY:
            return grpc.unary_unary_rpc_method_handler(echo)
        return grpc.stream_stream_rpc_method_handler(echo_slowly)


def serve(port):
    server = grpc.server(futures.ThreadPoolExecutor(4), handlers=[Handlers()])
    server.add_insecure_port(f"127.0.0.1:{port}")
    server.start()
    server.wait_for_termination()


def channel_to(port):
    return grpc.insecure_channel(f"127.0.0.1:{port}", options=[("grpc.enable_http_proxy", 0)])


def unary(port):
    with channel_to(port) as channel:
        call = channel.unary_unary(UNARY)
        for message in (b"one", b"two", b"three"):
            print(call(message, timeout=10))
            pause()


def messages():
    for message in (b"one", b"two", b"three"):
        yield message
        pause()


def streams(port):
    with channel_to(port) as channel:
        for message in channel.stream_stream(STREAM)(messages(), timeout=20):
            print(message)


protocols.hold(protocols.own_server(serve), programs=[unary, streams])
