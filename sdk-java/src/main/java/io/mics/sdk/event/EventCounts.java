package io.mics.sdk.event;

/**
 * What a consumer did since it was started.
 *
 * @param handled events the handler took
 * @param duplicates events left out because their identity was remembered
 * @param rejected records the rejected-callback took
 * @param failures throws of handler or callback, each followed by another try
 */
public record EventCounts(long handled, long duplicates, long rejected, long failures) {}
