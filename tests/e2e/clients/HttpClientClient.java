// SPDX-License-Identifier: MIT
//
// java.net.http.HttpClient in HTTP/1.1: its own thread is parked in epoll while connections idle. With
// -Dh2=true it offers HTTP/2 too, as it does by itself.

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

final class HttpClientClient {
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(Boolean.getBoolean("h2")
                    ? HttpClient.Version.HTTP_2 : HttpClient.Version.HTTP_1_1).build();

    static void exchange(URI uri, String method) throws IOException, InterruptedException {
        HttpRequest.BodyPublisher body = method.equals("POST")
                ? HttpRequest.BodyPublishers.ofByteArray(JavaClient.BODY)
                : HttpRequest.BodyPublishers.noBody();
        CLIENT.send(HttpRequest.newBuilder(uri).method(method, body).build(),
                HttpResponse.BodyHandlers.ofByteArray());
    }

    public static void main(String[] arguments) throws InterruptedException {
        JavaClient.run("java-httpclient", arguments, HttpClientClient::exchange);
    }
}
