#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""Server-sent events of a Node server: curl and Python's requests receive each event, however long
the stream is silent before it, and so does httpx in an event loop."""
import asyncio
import contextlib

import httpx
import requests

import protocols
import services

SERVER = """
require("http").createServer(async (request, response) => {
  response.writeHead(200, {"Content-Type": "text/event-stream"});
  response.flushHeaders();
  for (let number = 0; number < 4; number++) {
    await new Promise(resolve => setTimeout(resolve, PAUSE_MS));
    response.write(`data: event ${number}\\n\\n`);
  }
  response.end();
}).listen(PORT, "127.0.0.1");
"""


@contextlib.contextmanager
def node():
    port = services.free_port()
    script = SERVER.replace("PAUSE_MS", str(1000 * protocols.PAUSE_S)).replace("PORT", str(port))
    with services.serving(port, ["node", "-e", script]):
        yield port


def with_requests(port):
    session = requests.Session()
    session.trust_env = False
    for _ in range(2):
        for line in session.get(f"http://127.0.0.1:{port}/", stream=True).iter_lines():
            print(line)


async def in_event_loop(port):
    async with httpx.AsyncClient(trust_env=False) as client:
        async with client.stream("GET", f"http://127.0.0.1:{port}/") as answer:
            async for line in answer.aiter_lines():
                print(line)


def with_httpx(port):
    asyncio.run(in_event_loop(port))


protocols.hold(node, {"curl": protocols.command("curl", "-sSN", "http://127.0.0.1:{port}/")},
               [with_requests, with_httpx])
