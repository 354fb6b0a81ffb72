package io.mics;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.testing.RawClient;
import io.mics.testing.node.TestGateway;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ids that the earlier servers took, and clients that show a token alone. */
@Tag("engine")
class OpenIdsTest {
    private static final String STRICT = "tenants: {t1: {ids: strict, hooks: {base-url: \"http://127.0.0.1:9\"}}}";

    @ParameterizedTest
    @ValueSource(strings = {"a b", "büro", "名前", "a=b+c", "a{b}%7D", "o'neil;--", "x/../y?z#"})
    void usersAndDevicesOfAnyPrintableNameChat(String user) throws IOException {
        try (TestGateway gateway = TestGateway.playground();
                RawClient other = gateway.connect("u1", "d1")) {
            assertThat(other.sendAcked(user, "m0", "waits").getReason()).isEmpty();
            try (RawClient one = gateway.connect(user, user)) {
                assertThat(one.readDelivery().getMsgBody().toStringUtf8()).isEqualTo("waits");
                assertThat(one.sendAcked("u1", "m1", "hi").getReason()).isEmpty();
                assertThat(other.readDelivery().getUserId()).isEqualTo(user);
                assertThat(other.sendAcked(user, "m2", "back").getReason()).isEmpty();
                assertThat(one.readDelivery().getMsgBody().toStringUtf8()).isEqualTo("back");
            }
            assertThat(other.sendAcked("a|b", "m3", "x").getReason()).isEqualTo("invalid to_user_id");
        }
    }

    @Test
    void aStrictTenantRefusesThemAndSaysWhatIsWrong() throws IOException {
        try (TestGateway gateway = TestGateway.start(STRICT, "")) {
            try (RawClient client = RawClient.upgraded(gateway.port(), RawClient.query("t1", "token", "a b"))) {
                assertThat(client.readClose().closeReason()).isEqualTo("invalid device_id: contains a space");
            }
        }
    }

    @Test
    void aTokenAloneIsServedInJsonWhereThereIsADefaultTenant() throws IOException {
        String token = "token=" + URLEncoder.encode("valid:u1", StandardCharsets.UTF_8);
        try (TestGateway gateway = TestGateway.start("", "default-tenant: playground")) {
            try (RawClient client = RawClient.upgraded(gateway.port(), token)) {
                assertThat(client.read().text())
                        .contains("\"connected\"", "\"userId\":\"u1\"")
                        .containsPattern("\"deviceId\":\"[0-9a-f]{32}\"");
            }
        }
        try (TestGateway gateway = TestGateway.playground();
                RawClient client = RawClient.upgraded(gateway.port(), token)) {
            assertThat(client.readClose().closeCode()).isEqualTo(4002);
        }
    }
}
