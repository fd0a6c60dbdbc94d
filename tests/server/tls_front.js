#!/usr/bin/node
// SPDX-License-Identifier: MIT
//
// tls_front.js CERT KEY PORT: ends TLS as Node does and passes the plaintext on to 127.0.0.1:PORT.
// Prints "PORT n"; ends with its standard input.
'use strict';

const [certFile, keyFile, target] = process.argv.slice(2);
const { readFileSync } = require('fs');
const net = require('net');

const options = { cert: readFileSync(certFile), key: readFileSync(keyFile) };
const server = require('tls').createServer(options, (client) => {
  const behind = net.connect(target, '127.0.0.1');
  client.on('error', () => behind.destroy()).pipe(behind);
  behind.on('error', () => client.destroy()).pipe(client);
});
server.listen(0, '127.0.0.1', () => console.log(`PORT ${server.address().port}`));
process.stdin.on('end', () => process.exit()).resume();
