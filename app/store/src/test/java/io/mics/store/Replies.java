package io.mics.store;

import io.mics.conversation.Reply;

/** What must be answered. */
final class Replies {
    private Replies() {}

    static <T> T ok(Reply<T> reply) {
        return switch (reply) {
            case Reply.Ok<T> ok -> ok.value();
            case Reply.NotFound<T> none -> throw new AssertionError("not found");
            case Reply.Refused<T> refused -> throw new AssertionError(refused.reason());
            case Reply.Unavailable<T> unavailable -> throw new AssertionError(unavailable.cause());
        };
    }
}
