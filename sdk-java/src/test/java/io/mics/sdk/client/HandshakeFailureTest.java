package io.mics.sdk.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.mics.sdk.hook.example.BackendSettings;
import io.mics.sdk.hook.example.ExampleBackend;
import org.junit.jupiter.api.Test;

class HandshakeFailureTest {

    @Test
    void namesTheHttpStatusOfAServerThatDoesNotUpgrade() throws Exception {
        try (ExampleBackend noGateway = new ExampleBackend(BackendSettings.forTests(""));
                MicsClient client = MicsClient.builder()
                        .url("ws://127.0.0.1:" + noGateway.port() + "/ws")
                        .tenantId("t1")
                        .deviceId("d1")
                        .token("valid:u1")
                        .listener(new Recorder())
                        .build()) {
            ConnectRefused refused = catchThrowableOfType(ConnectRefused.class, client::connect);

            assertThat(refused.code()).isEqualTo(CloseCodes.BROKEN);
            assertThat(refused.reason()).isEqualTo("HTTP 404");
        }
    }
}
