#!/usr/bin/php
<?php
// SPDX-License-Identifier: MIT
//
// PHP's streams, on which many clients in PHP are built: one tcp:// or tls:// connection that is kept
// (the http:// wrapper keeps none). Never looks before reuse, never retries, connects anew after an
// error. The authority comes from SSL_CERT_FILE.

[, $base_url, $method, $rounds, $gap_ms] = $argv;
$peer = parse_url($base_url);
$report = ['client' => 'php-streams', 'ok' => 0, 'lost' => 0, 'errors' => [], 'latency_us' => []];
$stream = null;

function connect($peer)
{
    $context = stream_context_create(['ssl' => ['cafile' => getenv('SSL_CERT_FILE')]]);
    $transport = $peer['scheme'] === 'https' ? 'tls' : 'tcp';
    return stream_socket_client("$transport://{$peer['host']}:{$peer['port']}", $number, $words, 10,
        STREAM_CLIENT_CONNECT, $context);
}

// True when the whole response has come.
function exchange($stream, $host, $method, $path)
{
    $body = $method === 'POST' ? str_repeat('x', 100) : '';
    fwrite($stream, "$method $path HTTP/1.1\r\nHost: $host\r\nContent-Length: " . strlen($body)
        . "\r\n\r\n$body");
    $length = 0;
    while (($line = fgets($stream)) !== false && $line !== "\r\n") {
        sscanf($line, 'Content-Length: %d', $length);
    }
    return $line !== false && strlen(stream_get_contents($stream, $length)) === $length;
}

for ($round = 0; $round < $rounds; $round++) {
    if ($round > 0) {
        usleep($gap_ms * 1000);
    }
    $started = hrtime(true);
    $stream = $stream ?: connect($peer);
    if ($stream && @exchange($stream, $peer['host'], $method, '/r/' . getmypid() . "-$round")) {
        $report['ok']++;
        $report['latency_us'][] = intdiv(hrtime(true) - $started, 1000);
    } else {
        $report['lost']++;
        $report['errors']['no response'] = ($report['errors']['no response'] ?? 0) + 1;
        $stream = null;
    }
}
$report['errors'] = (object) $report['errors'];
echo json_encode($report), "\n";
