package io.mics.hook.dispatch;

import java.util.Map;

/**
 * A hook event as a log holds it, not decoded.
 *
 * @param key     orders it among others: a user
 * @param value   its bytes; nobody changes them
 * @param headers what came with it
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
public record RawRecord(String key, byte[] value, Map<String, String> headers) {
    /** Of an event that is in this process only. */
    public static final RawRecord NONE = new RawRecord("", new byte[0], Map.of());

    /** Takes a copy of the map. */
    public RawRecord {
        headers = Map.copyOf(headers);
    }
}
