#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""A WebSocket of the websockets library's server survives silence on either side, with websockets
(in an event loop) and websocket-client (blocking), with and without pings of the client's own."""
import protocols
from websocket_talk import blocking, event_loop, pinging_event_loop, serve

protocols.hold(protocols.own_server(serve), programs=[event_loop, pinging_event_loop, blocking])
