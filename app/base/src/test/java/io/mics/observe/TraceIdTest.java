package io.mics.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class TraceIdTest {
    private static final String ID = "4bf92f3577b34da6a3ce929d0e0e4736";

    @Test
    void makesDistinctIdsOfThirtyTwoHexDigits() {
        var ids = Stream.generate(TraceId::create).limit(10_000).collect(Collectors.toSet());
        assertThat(ids).hasSize(10_000).allMatch(id -> id.matches("[0-9a-f]{32}"));
    }

    @Test
    void takesTheIdOfAValidTraceparent() {
        assertThat(TraceId.fromTraceparent("00-" + ID + "-00f067aa0ba902b7-01")).isEqualTo(ID);
        assertThat(TraceId.fromTraceparent("cc-" + ID + "-00f067aa0ba902b7-01-more"))
                .isEqualTo(ID);
    }

    @Test
    void makesANewIdForAnInvalidTraceparent() {
        List<String> invalid = List.of(
                "",
                "00-" + ID + "-00f067aa0ba902b7",
                "ff-" + ID + "-00f067aa0ba902b7-01",
                "00-" + ID + "-00f067aa0ba902b7-01-more",
                "00-" + ID.toUpperCase(java.util.Locale.ROOT) + "-00f067aa0ba902b7-01",
                "00-" + ID + "-0000000000000000-01",
                "00-" + "0".repeat(32) + "-00f067aa0ba902b7-01",
                "cc-" + ID + "-00f067aa0ba902b7-01more");
        for (String header : invalid) {
            assertThat(TraceId.fromTraceparent(header)).isNotEqualTo(ID).matches("(?!0{32})[0-9a-f]{32}");
        }
        assertThat(TraceId.fromTraceparent(null)).hasSize(32);
    }
}
