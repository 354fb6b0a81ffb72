package io.mics.hook.dispatch;

import java.util.Map;

/**
 * A notice as a log holds it.
 *
 * @param key     orders it among others: a user
 * @param value   its bytes; nobody changes them
 * @param headers what came with it
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
public record Wire(String key, byte[] value, Map<String, String> headers) {
    /** Of a notice that is in this process only. */
    public static final Wire NONE = new Wire("", new byte[0], Map.of());

    /** Takes a copy of the map. */
    public Wire {
        headers = Map.copyOf(headers);
    }
}
