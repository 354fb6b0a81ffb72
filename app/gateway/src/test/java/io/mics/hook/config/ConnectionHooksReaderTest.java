package io.mics.hook.config;

import static io.mics.hook.config.HooksFileReaderTest.only;
import static io.mics.hook.config.HooksFileReaderTest.valid;
import static org.assertj.core.api.Assertions.assertThat;

import io.mics.hook.policy.HookPolicy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What hooks.yaml says of the points of connections, and each way of saying it wrong. */
class ConnectionHooksReaderTest {
    @ParameterizedTest
    @ValueSource(strings = {"entry", "login", "heartbeat", "logout"})
    void aPointOfConnectionsIsReachedByWebhookAndPluginAlone(String point) {
        String hook = "hooks:\n  " + point + ":\n    - name: a\n      transport: ";
        assertThat(valid(hook + "{type: local, class: a.B}").hooks().getFirst().policy())
                .isEqualTo(HookPolicy.DEFAULTS);
        assertThat(valid(hook + "{type: webhook, url: 'https://h/x'}").hooks()).hasSize(1);
        assertThat(only(hook + "{type: grpc, endpoint: 'http://h:1'}").line())
                .isEqualTo("hooks." + point + "[0].transport.type of hook a: 'grpc' has no call for " + point
                        + "; these have: [webhook, local] (test:4)");
        assertThat(only(hook + "{type: mics-http, base-url: 'http://h:1'}").what())
                .isEqualTo("'mics-http' has no call for " + point + "; these have: [webhook, local]");
    }

    @Test
    void aPointOfConnectionsMeetsNoMessages() {
        String hook = "hooks:\n  login:\n    - name: a\n      transport: {type: local, class: a.B}\n      match: ";
        assertThat(valid(hook + "{tenants: [t1], business-types: [bank], message-types: []}")
                        .hooks())
                .hasSize(1);
        assertThat(only(hook + "{message-types: [text]}").line())
                .isEqualTo("hooks.login[0].match.message-types of hook a: is for messages; a hook of login meets none"
                        + " (test:5)");
        assertThat(only(hook + "{session-types: [single]}").key()).isEqualTo("hooks.login[0].match.session-types");
    }

    @Test
    void aSampleIsAShareOfHeartbeatsAndOfNothingElse() {
        String local = "    - name: a\n      transport: {type: local, class: a.B}\n";
        String heartbeat = "hooks:\n  heartbeat:\n" + local;
        assertThat(valid(heartbeat).hooks().getFirst().sample()).isEqualTo(0.01);
        assertThat(valid(heartbeat + "      sample: 0.5\n").hooks().getFirst().sample())
                .isEqualTo(0.5);
        assertThat(only(heartbeat + "      sample: 1.5\n").what()).contains("is not a number from 0.0 to 1.0");
        assertThat(valid("hooks:\n  entry:\n" + local).hooks().getFirst().sample())
                .isEqualTo(1);
        assertThat(only("hooks:\n  entry:\n" + local + "      sample: 0.5\n").line())
                .isEqualTo("hooks.entry[0].sample of hook a: is a share of heartbeats; hooks of entry are notified of"
                        + " everything (test:5)");
        assertThat(only("hooks:\n  hartbeat: []\n").nearest()).isEqualTo("hooks.heartbeat");
        assertThat(only(heartbeat + "      smaple: 0.5\n").nearest()).isEqualTo("hooks.heartbeat[0].sample");
    }
}
