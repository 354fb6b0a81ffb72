package io.mics.hook.dispatch;

/**
 * One call of one hook, about one event.
 *
 * @param hook    its name; which version of it is decided when the call is made
 * @param attempt 1 for the first call, one more for each that failed
 * @param waits   how often it was deferred without a call: no room, or the hook's own limits
 * @param sinceMs when it first failed or was deferred, in milliseconds since 1970; 0 while it was not
 * @param raw    the event as its log holds it
 */
public record Task(HookEvent event, String hook, int attempt, int waits, long sinceMs, RawRecord raw) {
    /** The first attempt. */
    public static Task first(HookEvent event, String hook, RawRecord raw) {
        return new Task(event, hook, 1, 0, 0, raw);
    }

    /** The same after a failed call. */
    Task failed(long nowMs) {
        return new Task(event, hook, attempt + 1, waits, since(nowMs), raw);
    }

    /** The same after no call could be made. */
    Task deferred(long nowMs) {
        return new Task(event, hook, attempt, waits + 1, since(nowMs), raw);
    }

    /** The same as if it had never been tried. */
    public Task reset() {
        return first(event, hook, raw);
    }

    private long since(long nowMs) {
        return sinceMs == 0 ? nowMs : sinceMs;
    }

    /** Bytes it keeps alive while it waits, about. */
    public int weight() {
        return event.weight() + raw.value().length;
    }
}
