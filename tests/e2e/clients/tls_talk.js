#!/usr/bin/node
// SPDX-License-Identifier: MIT
//
// tls_talk.js PORT PAUSE_MS LINE...: writes each line over one TLS connection (a JSON string's escapes
// are allowed), with a silence after it, parked in epoll. Prints what came. An end or an error before
// the last silence is over is printed too. The authority comes from NODE_EXTRA_CA_CERTS.
'use strict';

const [port, pauseMs, ...lines] = process.argv.slice(2);
const socket = require('tls').connect({ port, host: '127.0.0.1' });
let received = '';
socket.setEncoding('latin1');
socket.on('data', (data) => { received += data; });
socket.on('error', (error) => { received += `\n${error}`; });
socket.on('close', () => { received += '\nclosed'; finish(); });

function finish() {
  console.log(JSON.stringify(received));
  process.exit();
}

async function main() {
  for (const line of lines) {
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
    socket.write(JSON.parse(`"${line}"`), 'latin1');
  }
  await new Promise((resolve) => setTimeout(resolve, 2 * pauseMs));
  finish();
}

main();
