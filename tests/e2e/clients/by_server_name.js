#!/usr/bin/node
// SPDX-License-Identifier: MIT
//
// by_server_name.js PORT NAME GAP_MS: two kept connections, one after the other, to an address that was
// never resolved, for a server's name. Two requests over each, with a pause between.
'use strict';

const https = require('https');
const [port, name, gapMs] = process.argv.slice(2);

function get(agent, path) {
  return new Promise((resolve, reject) => {
    const options = { agent, host: '127.0.0.1', port, path, servername: name, rejectUnauthorized: false };
    https.get(options, (response) => response.on('end', resolve).resume()).on('error', reject);
  });
}

(async () => {
  for (const path of ['/first', '/second']) {
    const agent = new https.Agent({ keepAlive: true });
    for (let i = 0; i < 2; i++) {
      await get(agent, path);
      await new Promise((resolve) => setTimeout(resolve, Number(gapMs)));
    }
    agent.destroy();
  }
})();
