package io.mics.hook.dispatch;

/**
 * One hook to be told of one notice.
 *
 * @param hook    its name; which version of it is decided when the call is made
 * @param attempt 1 for the first call, one more for each that was made in vain
 * @param waits   how often it was put off without a call: no room, or the hook's own limits
 * @param sinceMs when it was first put off, in milliseconds since 1970; 0 while it was not
 * @param wire    the notice as its log holds it
 */
public record Task(Notice notice, String hook, int attempt, int waits, long sinceMs, Wire wire) {
    /** The first attempt. */
    public static Task first(Notice notice, String hook, Wire wire) {
        return new Task(notice, hook, 1, 0, 0, wire);
    }

    /** The same after a call in vain. */
    Task calledInVain(long nowMs) {
        return new Task(notice, hook, attempt + 1, waits, since(nowMs), wire);
    }

    /** The same after no call could be made. */
    Task putOff(long nowMs) {
        return new Task(notice, hook, attempt, waits + 1, since(nowMs), wire);
    }

    /** The same as if it had never been tried. */
    public Task anew() {
        return first(notice, hook, wire);
    }

    private long since(long nowMs) {
        return sinceMs == 0 ? nowMs : sinceMs;
    }

    /** Bytes it keeps alive while it waits, about. */
    public int weight() {
        return notice.weight() + wire.value().length;
    }
}
