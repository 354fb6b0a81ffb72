package io.mics.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.redis.RedisAddress.Host;
import io.mics.redis.RedisAddress.Kind;
import io.mics.redis.RedisAddress.Parsed;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedisAddressTest {
    private static RedisAddress valid(String text) {
        assertThat(RedisAddress.parse(text)).isInstanceOf(Parsed.Valid.class);
        return ((Parsed.Valid) RedisAddress.parse(text)).address();
    }

    private static RedisAddress single(String name, int port, boolean tls, String user, String password, int database) {
        return new RedisAddress(Kind.STANDALONE, List.of(new Host(name, port)), tls, user, password, database, "");
    }

    @Test
    void readsOneServerWithAndWithoutItsParts() {
        assertThat(valid("redis://r")).isEqualTo(single("r", 6379, false, "", "", 0));
        assertThat(valid("redis://r:7000/3")).isEqualTo(single("r", 7000, false, "", "", 3));
        assertThat(valid("redis://u:p%40ss@r:7000")).isEqualTo(single("r", 7000, false, "u", "p@ss", 0));
        assertThat(valid("redis://:a+b#c@r")).isEqualTo(single("r", 6379, false, "", "a+b#c", 0));
        assertThat(valid("redis://only@r")).isEqualTo(single("r", 6379, false, "", "only", 0));
        assertThat(valid("rediss://[::1]:7000/")).isEqualTo(single("::1", 7000, true, "", "", 0));
    }

    @Test
    void readsSentinelsAndClusters() {
        assertThat(valid("redis-sentinel://:p@h1:26379,h2/2#main"))
                .isEqualTo(new RedisAddress(
                        Kind.SENTINEL,
                        List.of(new Host("h1", 26_379), new Host("h2", 26_379)),
                        false,
                        "",
                        "p",
                        2,
                        "main"));
        assertThat(valid("rediss-cluster://h1:1,h2:2"))
                .isEqualTo(new RedisAddress(
                        Kind.CLUSTER, List.of(new Host("h1", 1), new Host("h2", 2)), true, "", "", 0, ""));
    }

    @Test
    void readsTheOlderForm() {
        assertThat(valid("r:6380")).isEqualTo(single("r", 6380, false, "", "", 0));
        assertThat(valid("r")).isEqualTo(single("r", 6379, false, "", "", 0));
        assertThat(valid("r:1,password=a=b%20,ssl=True,abortConnect=false,user=u,defaultDatabase=4"))
                .isEqualTo(single("r", 1, true, "u", "a=b%20", 4));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://hunter2",
                "redis://",
                "redis://r:0",
                "redis://r:65536",
                "redis://r:x",
                "redis://r/x",
                "redis://r/16384",
                "redis://r1,r2",
                "redis://:hunter2@r?x=hunter2",
                "redis://:%zzhunter2@r",
                "redis-sentinel://h",
                "redis-sentinel://h#",
                "redis://r#main",
                "redis-cluster://h/1",
                "redis-cluster://h,",
                "r,hunter2=1",
                "r1,r2",
                "password=hunter2",
                "r,ssl=hunter2",
                "r,defaultDatabase=hunter2",
                "",
                "r:",
                "a b"
            })
    void saysWhatIsWrongWithoutTheText(String text) {
        assertThat(RedisAddress.parse(text))
                .isInstanceOfSatisfying(
                        Parsed.Invalid.class,
                        invalid -> assertThat(invalid.what()).isNotBlank().doesNotContain("hunter2"));
    }

    @Test
    void thePasswordIsNotInTheText() {
        assertThat(valid("redis://u:hunter2@r").toString()).doesNotContain("hunter2");
        assertThat(valid("r,password=hunter2").toString()).doesNotContain("hunter2");
    }
}
