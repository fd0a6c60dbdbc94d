#!/usr/bin/ruby
# SPDX-License-Identifier: MIT
#
# Ruby's Net::HTTP, started once. It repeats idempotent methods by itself (max_retries is 1). Its
# own keep_alive_timeout of 2 s is raised so that it really reuses.
require 'json'
require 'net/http'

base_url, method, rounds, gap_ms = ARGV
uri = URI(base_url)
http = Net::HTTP.new(uri.host, uri.port, nil)
http.keep_alive_timeout = 600
http.use_ssl = uri.scheme == 'https'
http.start
report = { client: 'ruby-net-http', ok: 0, lost: 0, errors: Hash.new(0), latency_us: [] }

rounds.to_i.times do |round|
  sleep gap_ms.to_i / 1000.0 if round.positive?
  path = "/r/#{Process.pid}-#{round}"
  started = Process.clock_gettime(Process::CLOCK_MONOTONIC, :microsecond)
  begin
    method == 'POST' ? http.post(path, 'x' * 100) : http.get(path)
    report[:ok] += 1
    report[:latency_us] << Process.clock_gettime(Process::CLOCK_MONOTONIC, :microsecond) - started
  rescue StandardError => error
    report[:lost] += 1
    report[:errors][error.inspect] += 1
  end
end
puts JSON.generate(report)
