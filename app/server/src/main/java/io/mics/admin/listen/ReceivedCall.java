package io.mics.admin.listen;

import java.util.List;
import java.util.Map;

/**
 * One call as it came.
 *
 * @param transport {@code webhook}, {@code mics-http} or {@code grpc}
 * @param what      point or operation
 * @param about     tenant, hook and version, as far as they are said
 * @param target    the path, or the full name of the gRPC method
 * @param headers   in the order they came
 * @param signature what checking it found, in words
 * @param body      as it came
 * @param text      the body as people read it
 */
@SuppressWarnings("ArrayRecordComponent") // printed once, never compared
record ReceivedCall(
        String transport,
        String what,
        String about,
        String target,
        List<Map.Entry<String, String>> headers,
        String signature,
        byte[] body,
        String text) {
    /** What {@link #about} is when the body is not what such calls carry. */
    static final String NO_OBJECT = "no JSON object";

    /** Whether a webhook's body is a JSON object. */
    boolean isUnderstood() {
        return !about.equals(NO_OBJECT);
    }
}
