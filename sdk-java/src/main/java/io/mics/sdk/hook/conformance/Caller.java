package io.mics.sdk.hook.conformance;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Makes HTTP calls, and is patient: what is too slow is for the cases to say. Follows no redirect. */
final class Caller {
    /** How long others have had to take up what was sent to them. */
    private static final Duration SETTLE = Duration.ofMillis(100);

    private static final int STALLED = 32;
    private static final int TRIES = 5;

    private final Duration patience;
    private final HttpClient http;

    Caller(Duration patience) {
        this.patience = patience;
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(patience)
                .build();
    }

    /** Something to be called several times. */
    interface Call {
        Response make() throws IOException, InterruptedException;
    }

    Response post(String url, Map<String, String> headers, byte[] body) throws IOException, InterruptedException {
        return send(url, "POST", headers, body);
    }

    Response get(String url) throws IOException, InterruptedException {
        return send(url, "GET", Map.of(), new byte[0]);
    }

    private Response send(String url, String method, Map<String, String> headers, byte[] body)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url))
                .timeout(patience)
                .method(method, BodyPublishers.ofByteArray(body));
        headers.forEach(request::header);
        long start = System.nanoTime();
        HttpResponse<byte[]> response = http.send(request.build(), BodyHandlers.ofByteArray());
        String type = response.headers().firstValue("Content-Type").orElse("");
        return new Response(response.statusCode(), type, response.body(), System.nanoTime() - start);
    }

    /** Whether the fastest of a few calls is in time: one may be slow for reasons of this machine. */
    static Finding inTime(Duration allowed, Call call) throws IOException, InterruptedException {
        long fastest = Long.MAX_VALUE;
        for (int i = 0; i < TRIES; i++) {
            fastest = Math.min(fastest, call.make().tookNanos());
        }
        return Finding.of(
                fastest <= allowed.toNanos(),
                "the fastest of " + TRIES + " answers took "
                        + Duration.ofNanos(fastest).toMillis() + " ms, " + allowed.toMillis() + " are allowed");
    }

    /** Whether a call is answered while others have sent half of theirs and stopped. */
    Finding besideStalled(String url, Call call) throws IOException, InterruptedException {
        URI to = URI.create(url);
        int port = to.getPort() >= 0 ? to.getPort() : to.getScheme().equals("https") ? 443 : 80;
        String path = to.getRawPath().isEmpty() ? "/" : to.getRawPath();
        byte[] half = ("POST " + path + " HTTP/1.1\r\nHost: " + to.getHost() + "\r\nContent-Length: 1000\r\n\r\nhalf")
                .getBytes(StandardCharsets.US_ASCII);
        List<Socket> stalled = new ArrayList<>();
        try {
            for (int i = 0; i < STALLED; i++) {
                Socket socket = new Socket();
                stalled.add(socket);
                socket.connect(new InetSocketAddress(to.getHost(), port), (int) patience.toMillis());
                OutputStream out = socket.getOutputStream();
                out.write(half);
                out.flush();
            }
            Thread.sleep(SETTLE.toMillis()); // nobody says when a server reads
            return call.make().accepted();
        } finally {
            for (Socket socket : stalled) {
                socket.close();
            }
        }
    }
}
