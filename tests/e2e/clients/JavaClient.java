// SPDX-License-Identifier: MIT
//
// What the two Java clients share: arguments, the rounds with their pauses, the report. A client is
// called as: CLIENT BASE_URL METHOD ROUNDS GAP_MS

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

final class JavaClient {
    static final byte[] BODY = "x".repeat(100).getBytes();

    interface Exchange {
        void run(URI uri, String method) throws Exception;
    }

    static void run(String name, String[] arguments, Exchange exchange)
            throws InterruptedException {
        long pid = ProcessHandle.current().pid();
        int rounds = Integer.parseInt(arguments[2]);
        int lost = 0;
        Map<String, Integer> errors = new TreeMap<>();
        List<Long> latencies = new ArrayList<>();

        for (int round = 0; round < rounds; round++) {
            if (round > 0) {
                Thread.sleep(Long.parseLong(arguments[3]));
            }
            long started = System.nanoTime();
            try {
                exchange.run(URI.create(arguments[0] + "/r/" + pid + "-" + round), arguments[1]);
                latencies.add((System.nanoTime() - started) / 1000);
            } catch (Exception error) {
                lost++;
                errors.merge(String.valueOf(error).replace('"', '\''), 1, Integer::sum);
            }
        }
        report(name, lost, errors, latencies);
    }

    private static void report(
            String name, int lost, Map<String, Integer> errors, List<Long> latencies) {
        String texts = errors.entrySet().stream()
                .map(entry -> "\"" + entry.getKey() + "\": " + entry.getValue())
                .collect(Collectors.joining(", "));
        System.out.println("{\"client\": \"" + name + "\", \"ok\": " + latencies.size()
                + ", \"lost\": " + lost + ", \"errors\": {" + texts + "}, \"latency_us\": "
                + latencies + "}");
    }
}
