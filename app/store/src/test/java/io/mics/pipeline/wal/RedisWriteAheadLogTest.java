package io.mics.pipeline.wal;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.pipeline.log.LogEntry;
import io.mics.redis.Redis;
import io.mics.redis.RedisAddress;
import io.mics.redis.RedisTimeouts;
import io.mics.testing.Await;
import io.mics.testing.RedisServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("engine")
@Timeout(120)
class RedisWriteAheadLogTest {
    static final String[] SAFE = {"--appendonly", "yes", "--appendfsync", "always"};

    static Redis connect(RedisServer server) {
        return Redis.open(
                ((RedisAddress.Parsed.Valid) RedisAddress.parse(server.uri())).address(),
                RedisTimeouts.of(Duration.ofSeconds(10)));
    }

    private static LogEntry entry(String conversation, String value) {
        return new LogEntry(conversation, value.getBytes(StandardCharsets.UTF_8));
    }

    private static List<String> values(WriteAheadLog.Oldest oldest) {
        assertThat(oldest).isInstanceOf(WriteAheadLog.Oldest.Some.class);
        return ((WriteAheadLog.Oldest.Some) oldest)
                .entries().stream()
                        .map(it -> it.record().conversation() + " "
                                + new String(it.record().value(), StandardCharsets.UTF_8))
                        .toList();
    }

    private static List<String> ids(WriteAheadLog.Oldest oldest) {
        return ((WriteAheadLog.Oldest.Some) oldest)
                .entries().stream().map(WriteAheadLog.Entry::id).toList();
    }

    @Test
    void whatIsWrittenIsReadInOrderUntilItIsRemoved() {
        try (RedisServer server = RedisServer.running(SAFE);
                Redis redis = connect(server)) {
            WriteAheadLog wal = new RedisWriteAheadLog(redis);
            assertThat(wal.unsafe()).isEmpty();
            assertThat(wal.append("t1", 2, List.of(entry("group:g", "1"), entry("group:h", "\0\1ä"))))
                    .isEqualTo(new WriteAheadLog.Written.Done());
            assertThat(wal.append("t1", 2, List.of(entry("group:g", "3")))).isEqualTo(new WriteAheadLog.Written.Done());
            assertThat(wal.sizes("t1")).isEqualTo(new WriteAheadLog.Sizes.Known(List.of(0L, 0L, 3L, 0L)));
            assertThat(wal.sizes("t2")).isEqualTo(new WriteAheadLog.Sizes.Known(List.of(0L, 0L, 0L, 0L)));

            WriteAheadLog.Oldest oldest = wal.oldest("t1", 2, "n1");
            assertThat(values(oldest)).containsExactly("group:g 1", "group:h \0\1ä", "group:g 3");
            assertThat(wal.remove("t1", 2, ids(oldest).subList(0, 2))).contains(1L);
            assertThat(wal.remove("t1", 2, ids(oldest).subList(0, 2))).contains(1L);
            assertThat(values(wal.oldest("t1", 2, "n1"))).containsExactly("group:g 3");
            assertThat(wal.remove("t1", 2, ids(oldest))).contains(0L);
            assertThat(server.command("EXISTS", "t1|wal|{t1|2}|bytes")).isEqualTo(":0\r\n");
        }
    }

    @Test
    void oneNodeDrainsAShardUntilItIsEmpty() {
        try (RedisServer server = RedisServer.running(SAFE);
                Redis redis = connect(server)) {
            WriteAheadLog wal = new RedisWriteAheadLog(redis);
            var unused = wal.append("t1", 0, List.of(entry("group:g", "1")));
            WriteAheadLog.Oldest first = wal.oldest("t1", 0, "n1");
            assertThat(wal.oldest("t1", 0, "n2")).isEqualTo(new WriteAheadLog.Oldest.Anothers());
            assertThat(values(wal.oldest("t1", 1, "n2"))).isEmpty();
            assertThat(wal.remove("t1", 0, ids(first))).contains(0L);
            assertThat(values(wal.oldest("t1", 0, "n1"))).isEmpty();
            assertThat(values(wal.oldest("t1", 0, "n2"))).isEmpty();
        }
    }

    @Test
    void aFullShardTakesNothingAndSaysSo() {
        try (RedisServer server = RedisServer.running(SAFE);
                Redis redis = connect(server)) {
            WriteAheadLog wal = new RedisWriteAheadLog(redis);
            String bytes = "t1|wal|{t1|0}|bytes";
            var unused = wal.append("t1", 0, List.of(entry("group:g", "1")));
            server.command("SET", bytes, Long.toString(RedisWriteAheadLog.MOST_BYTES - 10));
            assertThat(wal.append("t1", 0, List.of(entry("group:g", "more than ten bytes"))))
                    .isEqualTo(new WriteAheadLog.Written.Full());
            assertThat(wal.append("t1", 1, List.of(entry("group:g", "more than ten bytes"))))
                    .isEqualTo(new WriteAheadLog.Written.Done());
            assertThat(wal.sizes("t1")).isEqualTo(new WriteAheadLog.Sizes.Known(List.of(1L, 1L, 0L, 0L)));

            // a stream that somebody emptied by hand has room again
            server.command("DEL", "t1|wal|{t1|0}|stream");
            assertThat(wal.append("t1", 0, List.of(entry("group:g", "more than ten bytes"))))
                    .isEqualTo(new WriteAheadLog.Written.Done());
            assertThat(server.command("GET", bytes)).isEqualTo("$2\r\n35\r\n");
        }
    }

    @Test
    void aRedisClusterIsNotUsed() {
        RedisAddress cluster =
                ((RedisAddress.Parsed.Valid) RedisAddress.parse("redis-cluster://127.0.0.1:1")).address();
        assertThat(RedisWriteAheadLog.unsafe(cluster).orElseThrow()).contains("cluster");
    }

    @Test
    void whatKafkaNeverTakesIsLeftForOperators() {
        try (RedisServer server = RedisServer.running(SAFE);
                Redis redis = connect(server)) {
            WriteAheadLog wal = new RedisWriteAheadLog(redis);
            var unused = wal.append("t1", 0, List.of(entry("group:g", "1"), entry("group:g", "2")));
            assertThat(wal.refuse("t1", 0, ids(wal.oldest("t1", 0, "n1")).getFirst()))
                    .isTrue();
            assertThat(values(wal.oldest("t1", 0, "n1"))).containsExactly("group:g 2");
            assertThat(server.command("XLEN", "t1|wal|{t1|0}|refused")).isEqualTo(":1\r\n");
            assertThat(server.command("PTTL", "t1|wal|{t1|0}|refused")).doesNotContain("-1");
        }
    }

    @Test
    void aRedisThatCouldLoseAMessageIsNotUsed() {
        try (RedisServer server = RedisServer.running();
                Redis redis = connect(server)) {
            assertThat(new RedisWriteAheadLog(redis).unsafe().orElseThrow()).contains("appendonly no");
        }
        try (RedisServer server = RedisServer.running("--appendonly", "yes", "--appendfsync", "everysec");
                Redis redis = connect(server)) {
            assertThat(new RedisWriteAheadLog(redis).unsafe().orElseThrow()).contains("appendfsync everysec");
        }
        Map<String, String> safe =
                Map.of("appendonly", "yes", "appendfsync", "always", "maxmemory", "1000000", "maxmemory-policy", "x");
        assertThat(RedisWriteAheadLog.problem(safe).orElseThrow()).contains("maxmemory-policy x");
        assertThat(RedisWriteAheadLog.problem(Map.of()).orElseThrow()).contains("appendonly unknown");
    }

    @Test
    void whatWasWrittenOutlivesAKilledRedisAndItsConfigurationIsLookedAtAgain() throws IOException {
        try (RedisServer server = RedisServer.running(SAFE);
                Redis redis = connect(server)) {
            WriteAheadLog wal = new RedisWriteAheadLog(redis);
            assertThat(wal.unsafe()).isEmpty();
            var unused = wal.append("t1", 3, List.of(entry("group:g", "1")));
            server.stop();
            assertThat(wal.sizes("t1")).isInstanceOf(WriteAheadLog.Sizes.Unavailable.class);
            assertThat(wal.unsafe()).isPresent();
            server.start();
            Await.until("Redis is back", () -> wal.unsafe().isEmpty());
            assertThat(values(wal.oldest("t1", 3, "n1"))).containsExactly("group:g 1");
        }
    }
}
