#!/usr/bin/php
<?php
// SPDX-License-Identifier: MIT
//
// PHP's curl extension, one handle reused. PHP loads the extension with RTLD_DEEPBIND.

[, $base_url, $method, $rounds, $gap_ms] = $argv;
$handle = curl_init();
curl_setopt($handle, CURLOPT_RETURNTRANSFER, true);
if (getenv('SSL_CERT_FILE')) {
    curl_setopt($handle, CURLOPT_CAINFO, getenv('SSL_CERT_FILE'));
}
if ($method === 'POST') {
    curl_setopt($handle, CURLOPT_POSTFIELDS, str_repeat('x', 100));
}
$report = ['client' => 'php-curl', 'ok' => 0, 'lost' => 0, 'errors' => [], 'latency_us' => []];

for ($round = 0; $round < $rounds; $round++) {
    if ($round > 0) {
        usleep($gap_ms * 1000);
    }
    curl_setopt($handle, CURLOPT_URL, "$base_url/r/" . getmypid() . "-$round");
    $started = hrtime(true);
    if (curl_exec($handle) !== false) {
        $report['ok']++;
        $report['latency_us'][] = intdiv(hrtime(true) - $started, 1000);
    } else {
        $report['lost']++;
        $error = curl_error($handle);
        $report['errors'][$error] = ($report['errors'][$error] ?? 0) + 1;
    }
}
$report['errors'] = (object) $report['errors'];
echo json_encode($report), "\n";
