package io.mics.admin;

import io.helidon.webserver.http.ServerRequest;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Set;

/** The parameters of one request, read strictly: a wrong or unknown one is named. */
final class Query {
    /** A parameter is missing, unknown or wrong. */
    static final class BadParameter extends RuntimeException {
        private static final long serialVersionUID = 1;
        private final String field;
        private final String what;

        BadParameter(String field, String what) {
            super(what);
            this.field = field;
            this.what = what;
        }

        /** What is wrong with it. */
        String what() {
            return what;
        }

        /** Which one. */
        String field() {
            return field;
        }
    }

    private final ServerRequest request;

    /** The parameters of {@code request}, of which only {@code known} may be there. */
    Query(ServerRequest request, Set<String> known) {
        this.request = request;
        for (String name : request.query().names()) {
            if (!known.contains(name)) {
                throw new BadParameter(
                        name, "is not one of " + known.stream().sorted().toList());
            }
        }
    }

    /** A text, or {@code otherwise} when it is not given. */
    String text(String name, String otherwise) {
        return request.query().first(name).orElse(otherwise);
    }

    /** A whole number of this range. */
    int number(String name, int otherwise, int least, int most) {
        String text = text(name, "");
        if (text.isEmpty()) {
            return otherwise;
        }
        try {
            int number = Integer.parseInt(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new BadParameter(name, "is not a number from " + least + " to " + most);
    }

    /** A time: ISO 8601 as in {@code 2026-01-31T12:00:00Z}, or milliseconds since 1970. */
    Instant time(String name, Instant otherwise) {
        String text = text(name, "");
        if (text.isEmpty()) {
            return otherwise;
        }
        try {
            return text.chars().allMatch(Character::isDigit)
                    ? Instant.ofEpochMilli(Long.parseLong(text))
                    : Instant.parse(text);
        } catch (NumberFormatException | DateTimeException e) {
            throw new BadParameter(name, "is neither a time like 2026-01-31T12:00:00Z nor milliseconds since 1970");
        }
    }
}
