// SPDX-License-Identifier: MIT
//
// java.net.HttpURLConnection with its keep-alive cache. It repeats a request that failed on a
// reused connection once by itself, a POST too (sun.net.http.retryPost is true by default).

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;

final class UrlConnectionClient {
    static void exchange(URI uri, String method) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) uri.toURL().openConnection();
        connection.setRequestMethod(method);
        if (method.equals("POST")) {
            connection.setDoOutput(true);
            connection.getOutputStream().write(JavaClient.BODY);
        }
        try (InputStream in = connection.getInputStream()) {
            in.readAllBytes();
        }
    }

    public static void main(String[] arguments) throws InterruptedException {
        JavaClient.run("java-urlconnection", arguments, UrlConnectionClient::exchange);
    }
}
