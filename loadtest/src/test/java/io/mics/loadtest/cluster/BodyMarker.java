package io.mics.loadtest.cluster;

import com.google.protobuf.ByteString;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * What a message's body says of the message: whose it is and the how manyth, and a text no other data holds, so that a
 * body can be searched for where none may be. The rest is filled up in a way that can be checked.
 *
 * @param sender a device's number
 * @param number the message's, counted by its sender
 * @param target as in the history
 */
public record BodyMarker(int sender, int number, int target) {
    /** Stands in every body. */
    public static final String MARKER = "#mics~body~marker";

    private static final int BYTES = 128;

    /** The body. */
    public ByteString body() {
        StringBuilder text = new StringBuilder(BYTES);
        text.append(MARKER)
                .append(':')
                .append(sender)
                .append(':')
                .append(number)
                .append(':');
        text.append(target).append(':');
        while (text.length() < BYTES) {
            text.append((char) ('a' + (sender + number + text.length()) % 26));
        }
        return ByteString.copyFrom(text.toString(), StandardCharsets.US_ASCII);
    }

    /** What a body says, if it is exactly one that was sent. */
    public static Optional<BodyMarker> read(ByteString body) {
        String[] parts = body.toString(StandardCharsets.ISO_8859_1).split(":", 5);
        if (parts.length != 5 || !parts[0].equals(MARKER)) {
            return Optional.empty();
        }
        try {
            BodyMarker marker =
                    new BodyMarker(Integer.parseInt(parts[1]), Integer.parseInt(parts[2]), Integer.parseInt(parts[3]));
            return marker.body().equals(body) ? Optional.of(marker) : Optional.empty();
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }
}
