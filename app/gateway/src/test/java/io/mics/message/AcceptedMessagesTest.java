package io.mics.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AcceptedMessagesTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 63, 64, 65, 100, 1000})
    void remembersExactlyTheNewestAsAPlainMapWould(int max) {
        AcceptedMessages accepted = new AcceptedMessages(max);
        int bound = Math.max(max, 64);
        Map<Fingerprint, Long> model = new LinkedHashMap<>();
        Random random = new Random(max);
        for (long i = 0; i < 20_000; i++) {
            // few distinct low bits, so that the index has to probe
            Fingerprint key = new Fingerprint(random.nextInt(2 * bound), random.nextInt(32) * 1024L);
            accepted.add(key, i, i * 3, i * 7);
            model.put(key, i);
            if (model.size() > bound) {
                model.remove(model.keySet().iterator().next());
            }
            assertThat(accepted.size()).isEqualTo(model.size());
        }
        model.forEach((key, i) -> {
            int at = accepted.find(key);
            assertThat(at).isNotNegative();
            assertThat(accepted.connection(at)).isEqualTo(i);
            assertThat(accepted.content(at)).isEqualTo(i * 3);
            assertThat(accepted.nanos(at)).isEqualTo(i * 7);
        });
        for (int i = 0; i < 10_000; i++) {
            Fingerprint key = new Fingerprint(random.nextInt(4 * bound), random.nextInt(64) * 1024L);
            assertThat(accepted.find(key) >= 0).isEqualTo(model.containsKey(key));
        }
    }

    @Test
    void movesTheKeyOverToANewConnection() {
        AcceptedMessages accepted = new AcceptedMessages(10);
        Fingerprint key = new Fingerprint(1, 2);
        accepted.add(key, 7, 8, 9);
        accepted.connection(accepted.find(key), 70);
        assertThat(accepted.connection(accepted.find(key))).isEqualTo(70);
    }
}
