package io.mics.protocol;

/**
 * Whether a connection may become a session. It is decided step by step (hooks, the tenant's {@code /auth}, limits, a
 * later connection of the same device), and the first refusal ends it.
 *
 * @param <T> what a step that accepts adds to what is known of the connection
 */
public sealed interface ConnectDecision<T> {
    /** It may, as far as this step is concerned. */
    record Accepted<T>(T result) implements ConnectDecision<T> {}

    /** It may not: it is closed with this code and reason, and no later step is taken. */
    record Refused<T>(CloseCode code, String reason) implements ConnectDecision<T> {}

    /** Why a connection is closed, or refused, whose device has one that was accepted later. */
    String REPLACED = "replaced by a newer connection";

    /** The device has a connection that was accepted later. */
    static <T> ConnectDecision<T> superseded() {
        return new Refused<>(CloseCode.REPLACED, REPLACED);
    }

    /** A step that is taken only with what an earlier one found. */
    @FunctionalInterface
    interface Step<T, S> {
        /** May block. */
        ConnectDecision<S> decide(T found) throws InterruptedException;
    }

    /** What {@code next} decides, unless this is a refusal already. */
    default <S> ConnectDecision<S> then(Step<? super T, S> next) throws InterruptedException {
        return switch (this) {
            case Accepted<T> accepted -> next.decide(accepted.result());
            case Refused<T> refused -> new Refused<>(refused.code(), refused.reason());
        };
    }
}
