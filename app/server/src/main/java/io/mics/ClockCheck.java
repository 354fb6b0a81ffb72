package io.mics;

import io.mics.concurrent.Deadline;
import io.mics.httpclient.AddressRule;
import io.mics.httpclient.ConnectionPool;
import io.mics.httpclient.Destination;
import io.mics.httpclient.HttpCall;
import io.mics.httpclient.HttpOutcome;
import io.mics.httpclient.TrustStore;
import io.mics.node.hooks.OutboundHttp;
import io.mics.redis.RedisCheckup;
import io.mics.store.engine.StoreCheckup;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Optional;

/**
 * What the doctor says of this machine's clock: how far it is from those of the Redis, of the database and of the
 * backends that are configured. Backends that check the time of a signature refuse a node whose clock is wrong.
 */
final class ClockCheck {
    private static final long MOST_APART_MILLIS = 1_000;
    private static final int MAX_ANSWER_BYTES = 64 << 10;
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration RESOLUTION_OF_DATE = Duration.ofSeconds(1);

    private final Doctor doctor;
    private boolean compared;

    ClockCheck(Doctor doctor) {
        this.doctor = doctor;
    }

    /**
     * Where a clock was read and where ours was meanwhile.
     *
     * @param from   the other clock said this, or up to {@code until}
     * @param before ours before it was read
     * @param after  ours afterwards
     */
    record Comparison(Instant from, Instant until, Instant before, Instant after) {
        /** How far the clocks are apart for certain, in milliseconds. */
        long least() {
            long behind = Duration.between(until, before).toMillis();
            long ahead = Duration.between(after, from).toMillis();
            return Math.max(0, Math.max(behind, ahead));
        }

        /** How far the clocks may be apart, in milliseconds. */
        long most() {
            long behind = Duration.between(from, after).toMillis();
            long ahead = Duration.between(before, until).toMillis();
            return Math.max(behind, ahead);
        }
    }

    /** Compares it with that of the Redis that said {@code facts} between the two instants. */
    void redis(RedisCheckup.Facts facts, Instant before, Instant after) {
        Instant theirs = Instant.ofEpochMilli(facts.timeMillis());
        compare("the TIME of Redis", new Comparison(theirs, theirs, before, after));
    }

    /** Compares it with that of the database. */
    void database(StoreCheckup.Result.Postgres facts) {
        Instant theirs = Instant.ofEpochMilli(facts.timeMillis());
        compare(
                "the clock of the database",
                new Comparison(
                        theirs,
                        theirs,
                        Instant.ofEpochMilli(facts.beforeMillis()),
                        Instant.ofEpochMilli(facts.afterMillis())));
    }

    /** Compares it with that of a backend, if its answers have a date. */
    void backend(String what, String url, OutboundHttp outboundHttp) throws InterruptedException {
        Optional<Destination> to = Destination.of(url);
        if (to.isEmpty()) {
            return;
        }
        try (ConnectionPool pool = outboundHttp.client().pool(() -> AddressRule.ANY, TrustStore.JVM)) {
            Instant before = Instant.now();
            HttpOutcome outcome = pool.call(HttpCall.options(to.get(), MAX_ANSWER_BYTES), Deadline.after(PATIENCE));
            Instant after = Instant.now();
            if (outcome instanceof HttpOutcome.Answered answered) {
                date(answered.date())
                        .map(date -> new Comparison(date, date.plus(RESOLUTION_OF_DATE), before, after))
                        .ifPresent(comparison -> compare("the Date header of the " + what, comparison));
            }
        }
    }

    /** Says so when there was nothing to compare it with. */
    void finish() {
        if (!compared) {
            doctor.ok(
                    "clock",
                    Instant.now() + ", compared with nothing: there is no Redis, and no backend says the time");
        }
    }

    private void compare(String with, Comparison comparison) {
        compared = true;
        if (comparison.least() > MOST_APART_MILLIS) {
            doctor.warn(
                    "clock",
                    "at least " + comparison.least() + " ms from " + with
                            + ": backends that check a signature's time refuse it",
                    "run NTP on this machine and on the other one");
        } else {
            doctor.ok("clock", "at most " + comparison.most() + " ms from " + with);
        }
    }

    private static Optional<Instant> date(String header) {
        try {
            return Optional.of(ZonedDateTime.parse(header, DateTimeFormatter.RFC_1123_DATE_TIME.withLocale(Locale.ROOT))
                    .toInstant());
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }
}
