package io.mics.config;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A number with its unit, as it is written in the configuration. */
final class Quantity {
    private static final Pattern TEXT = Pattern.compile("(\\d{1,18}(?:\\.\\d{1,9})?)\\s*([a-zA-Z%]*)");

    /** Nanoseconds in one. */
    private static final Map<String, Long> TIMES = Map.of(
            "ms",
            1_000_000L,
            "s",
            1_000_000_000L,
            "m",
            60_000_000_000L,
            "h",
            3_600_000_000_000L,
            "d",
            86_400_000_000_000L);

    /** Bytes in one. */
    private static final Map<String, Long> SIZES = Map.of(
            "", 1L, "b", 1L, "k", 1L << 10, "kib", 1L << 10, "m", 1L << 20, "mib", 1L << 20, "g", 1L << 30, "gib",
            1L << 30);

    private Quantity() {}

    /** A time such as {@code 30s} or {@code 150ms}; a plain number counts in {@code plain}, 0 needs no unit. */
    static Optional<Duration> duration(String text, Unit plain) {
        Matcher matcher = TEXT.matcher(text.strip());
        if (!matcher.matches()) {
            return Optional.empty();
        }
        BigDecimal number = new BigDecimal(matcher.group(1));
        long nanos = nanos(matcher.group(2), plain);
        if (nanos == 0) {
            return number.signum() == 0 && matcher.group(2).isEmpty() ? Optional.of(Duration.ZERO) : Optional.empty();
        }
        BigDecimal total = number.multiply(BigDecimal.valueOf(nanos));
        return total.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0
                ? Optional.empty()
                : Optional.of(Duration.ofNanos(total.longValue()));
    }

    private static long nanos(String unit, Unit plain) {
        return unit.isEmpty() ? plain.nanos() : TIMES.getOrDefault(unit.toLowerCase(Locale.ROOT), 0L);
    }

    /** A size such as {@code 1048576}, {@code 64KiB}, {@code 1 MiB} or {@code 25%} of {@code whole} bytes. */
    static Optional<Long> bytes(String text, long whole) {
        Matcher matcher = TEXT.matcher(text.strip());
        if (!matcher.matches()) {
            return Optional.empty();
        }
        BigDecimal number = new BigDecimal(matcher.group(1));
        if (matcher.group(2).equals("%")) {
            return number.compareTo(BigDecimal.valueOf(100)) > 0
                    ? Optional.empty()
                    : Optional.of(number.multiply(BigDecimal.valueOf(whole)).longValue() / 100);
        }
        long unit = SIZES.getOrDefault(matcher.group(2).toLowerCase(Locale.ROOT), 0L);
        BigDecimal total = number.multiply(BigDecimal.valueOf(unit));
        return unit == 0 || total.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0
                ? Optional.empty()
                : Optional.of(total.longValue());
    }
}
