package io.mics.hook;

/** What a transport brings back. */
public sealed interface HookReply<A> {
    record Answer<A>(A message) implements HookReply<A> {}

    /** No answer; {@code cause} says it in plain words, for the log. */
    record Failed<A>(HookResult result, String cause) implements HookReply<A> {}
}
