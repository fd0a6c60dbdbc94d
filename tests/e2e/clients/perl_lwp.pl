#!/usr/bin/perl
# SPDX-License-Identifier: MIT
#
# Perl's LWP with keep_alive: looks with select() before reuse, does not retry.
use strict;
use warnings;
use HTTP::Request;
use JSON::PP;
use LWP::UserAgent;
use Time::HiRes qw(sleep time);

my ($base_url, $method, $rounds, $gap_ms) = @ARGV;
my $agent = LWP::UserAgent->new(keep_alive => 1);
my %report = (client => 'perl-lwp', ok => 0, lost => 0, errors => {}, latency_us => []);

for my $round (0 .. $rounds - 1) {
    sleep $gap_ms / 1000 if $round;
    my $request = HTTP::Request->new($method, "$base_url/r/$$-$round");
    $request->content('x' x 100) if $method eq 'POST';
    my $started = time;
    my $response = $agent->request($request);
    if ($response->is_success) {
        $report{ok}++;
        push @{ $report{latency_us} }, int((time - $started) * 1e6);
    } else {
        $report{lost}++;
        $report{errors}{ $response->status_line }++;
    }
}
print encode_json(\%report), "\n";
