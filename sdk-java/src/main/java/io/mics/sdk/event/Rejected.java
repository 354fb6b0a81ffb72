package io.mics.sdk.event;

import com.google.protobuf.ByteString;

/**
 * A record that is no event to act upon.
 *
 * @param identity as in {@link Envelope#identity}
 * @param value the record's value as it was read; empty when there was none
 */
public record Rejected(Rejection reason, Position position, String identity, ByteString value) {

    /** Where and why, without what the record holds. */
    @Override
    public String toString() {
        return reason + " at " + position + ", identity " + identity + ", " + value.size() + " bytes";
    }
}
