package io.mics.readme;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Calls of a webhook by hand, as README describes them. */
final class ReadmeCalls {
    private ReadmeCalls() {}

    /** The status a body is answered. */
    static int status(int port, String body, Map<String, String> headers) throws IOException, InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/hook"))
                    .timeout(Duration.ofSeconds(30))
                    .POST(HttpRequest.BodyPublishers.ofString(body));
            headers.forEach(request::header);
            return http.send(request.build(), HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        }
    }

    /** The headers of a call signed some seconds ago. */
    static Map<String, String> signed(String secret, String body, long secondsAgo) throws GeneralSecurityException {
        String stamp = String.valueOf(System.currentTimeMillis() / 1_000 - secondsAgo);
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        byte[] signature = mac.doFinal((stamp + "." + body).getBytes(StandardCharsets.UTF_8));
        return Map.of(
                "X-Hook-Timestamp",
                stamp,
                "X-Hook-Signature",
                "sha256=" + HexFormat.of().formatHex(signature));
    }
}
