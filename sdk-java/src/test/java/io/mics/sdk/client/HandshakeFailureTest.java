package io.mics.sdk.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

class HandshakeFailureTest {

    @Test
    void namesTheHttpStatusOfAGatewayThatDoesNotUpgrade() throws Exception {
        HttpServer draining = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        draining.createContext("/", exchange -> {
            exchange.sendResponseHeaders(503, -1);
            exchange.close();
        });
        draining.start();
        try (MicsClient client = MicsClient.builder()
                .url("ws://127.0.0.1:" + draining.getAddress().getPort() + "/ws")
                .tenantId("t1")
                .deviceId("d1")
                .token("valid:u1")
                .listener(new Recorder())
                .build()) {
            ConnectRefused refused = catchThrowableOfType(ConnectRefused.class, client::connect);

            assertThat(refused.code()).isEqualTo(CloseCodes.BROKEN);
            assertThat(refused.reason()).isEqualTo("HTTP 503");
        } finally {
            draining.stop(0);
        }
    }
}
