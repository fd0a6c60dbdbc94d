#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""A WebSocket over TLS survives silence on either side, with websockets (in an event loop), with and
without pings, and with websocket-client (blocking)."""
import protocols
import tls
import websocket_talk
from websocket_talk import blocking, event_loop, pinging_event_loop, serve

tls.shared_authority()
websocket_talk.certificates = tls
protocols.hold(protocols.own_server(serve), programs=[event_loop, pinging_event_loop, blocking])
