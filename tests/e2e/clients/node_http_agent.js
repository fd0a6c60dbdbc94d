#!/usr/bin/node
// SPDX-License-Identifier: MIT
//
// Node's http.Agent (or https.Agent) with keepAlive. Parked in epoll, no retry. With https the
// authority comes from NODE_EXTRA_CA_CERTS.
'use strict';

const [baseUrl, method, rounds, gapMs] = process.argv.slice(2);
const library = require(baseUrl.startsWith('https:') ? 'https' : 'http');
const agent = new library.Agent({ keepAlive: true });
const body = method === 'POST' ? 'x'.repeat(100) : '';

function exchange(path) {
  return new Promise((resolve, reject) => {
    const headers = { 'Content-Length': body.length };
    const request = library.request(baseUrl + path, { agent, method, headers }, (response) => {
      response.on('error', reject).on('end', resolve).resume();
    });
    request.on('error', reject).end(body);
  });
}

async function main() {
  const report = { client: 'node-' + library.globalAgent.protocol.slice(0, -1) + '.Agent',
    ok: 0, lost: 0, errors: {}, latency_us: [] };
  for (let round = 0; round < rounds; round++) {
    if (round > 0) await new Promise((resolve) => setTimeout(resolve, gapMs));
    const started = process.hrtime.bigint();
    try {
      await exchange(`/r/${process.pid}-${round}`);
      report.ok++;
      report.latency_us.push(Number((process.hrtime.bigint() - started) / 1000n));
    } catch (error) {
      report.lost++;
      report.errors[String(error)] = (report.errors[String(error)] || 0) + 1;
    }
  }
  console.log(JSON.stringify(report));
  agent.destroy();
}

main();
