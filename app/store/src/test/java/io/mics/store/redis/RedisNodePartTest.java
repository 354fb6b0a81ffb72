package io.mics.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.redis.Redis;
import io.mics.redis.RedisAddress;
import io.mics.redis.RedisTimeouts;
import io.mics.store.NodePart;
import io.mics.testing.Await;
import io.mics.testing.RedisServer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("engine")
class RedisNodePartTest {
    private static final String KEY = "{mics}|node-parts";
    /** So long that nothing runs out by itself on a loaded machine. */
    private static final Duration LONG = Duration.ofMinutes(10);

    private static Redis open(RedisServer server) {
        return Redis.open(
                ((RedisAddress.Parsed.Valid) RedisAddress.parse(server.uri())).address(),
                RedisTimeouts.of(Duration.ofSeconds(2)));
    }

    /** As after years of use: nothing to wait for. */
    private static void madeLongAgo(RedisServer server) {
        server.command("HSET", KEY, "since", "1");
    }

    private static int number(NodePart part) {
        Await.until("it has a number", () -> part.number().isPresent());
        return part.number().orElseThrow();
    }

    @Test
    void nodesHaveDifferentNumbersAndThoseGivenBackAreLeasedLast() throws IOException {
        try (RedisServer server = RedisServer.running();
                Redis redis = open(server)) {
            madeLongAgo(server);
            Set<Integer> numbers = new HashSet<>();
            List<RedisNodePart> parts = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                parts.add(RedisNodePart.lease(redis, LONG));
                assertThat(numbers.add(number(parts.getLast()))).isTrue();
            }
            parts.forEach(RedisNodePart::close);
            assertThat(parts).allSatisfy(part -> assertThat(part.number()).isEmpty());
            try (RedisNodePart next = RedisNodePart.lease(redis, LONG)) {
                assertThat(numbers).doesNotContain(number(next));
            }
        }
    }

    @Test
    void aNumberThatAnotherNodeHasIsUsedNoMoreAndReplaced() throws IOException {
        try (RedisServer server = RedisServer.running();
                Redis redis = open(server)) {
            madeLongAgo(server);
            try (RedisNodePart part = RedisNodePart.lease(redis, Duration.ofSeconds(4))) {
                int number = number(part);
                // its lease ran out, and another node took it
                server.command("HSET", KEY, Integer.toString(number), "99999999999999|another");
                Await.until(
                        "it has another",
                        () -> part.number().isPresent() && part.number().getAsInt() != number);
                assertThat(server.command("HGET", KEY, Integer.toString(number)))
                        .contains("|another");
            }
        }
    }

    @Test
    void aNumberIsNotUsedWhileItsLeaseCannotBeRenewedAndIsTheSameAfterwards() throws IOException {
        try (RedisServer server = RedisServer.running();
                Redis redis = open(server)) {
            madeLongAgo(server);
            try (RedisNodePart part = RedisNodePart.lease(redis, Duration.ofSeconds(4))) {
                int number = number(part);
                server.stop();
                Await.until("it has none", () -> part.number().isEmpty());
                server.start();
                assertThat(number(part)).isEqualTo(number);
            }
        }
    }

    @Test
    void afterALossOfAllNumbersNewOnesWaitForThoseInUse() throws IOException {
        try (RedisServer server = RedisServer.running();
                Redis redis = open(server)) {
            try (RedisNodePart waiting = RedisNodePart.lease(redis, LONG)) {
                Await.until("it is leased", () -> server.command("HLEN", KEY).contains(":2"));
                assertThat(waiting.number()).isEmpty();
                server.command("HSET", KEY, "since", "1");
                try (RedisNodePart next = RedisNodePart.lease(redis, LONG)) {
                    assertThat(number(next)).isNotNegative();
                    assertThat(waiting.number()).isEmpty();
                }
            }
        }
    }

    @Test
    void whenAllNumbersAreLeasedThereIsNoneUntilOneRunsOut() throws IOException {
        try (RedisServer server = RedisServer.running();
                Redis redis = open(server)) {
            madeLongAgo(server);
            for (int i = 0; i <= NodePart.MOST; i++) {
                server.command("HSET", KEY, Integer.toString(i), "99999999999999|another");
            }
            try (RedisNodePart part = RedisNodePart.lease(redis, Duration.ofSeconds(4))) {
                server.command("HSET", KEY, "77", "5|another");
                assertThat(number(part)).isEqualTo(77);
            }
        }
    }
}
