package io.mics.message;

import io.mics.hook.point.PendingMessage;
import io.mics.hook.point.PreSendChain;
import io.mics.protocol.Delivery;

/** Asks the hooks whether a message may go, and takes over what they made of it. */
public final class PreSend {
    private final PreSendChain chain;
    private final IdempotencyKeys keys;

    public PreSend(PreSendChain chain, IdempotencyKeys keys) {
        this.chain = chain;
        this.keys = keys;
    }

    /** What became of the question. */
    sealed interface Verdict {
        /** It may go, as {@code delivery}. */
        record Go(Delivery delivery, String featureVersion) implements Verdict {}

        /** It may not. */
        record Stop(Outcome.Rejected outcome) implements Verdict {}
    }

    Verdict ask(Sender sender, Delivery delivery) throws InterruptedException {
        if (chain.answersAtOnce(sender.tenant())) {
            return verdict(sender, delivery);
        }
        sender.writes().start();
        Verdict verdict = verdict(sender, delivery);
        sender.awaitTurn();
        return verdict;
    }

    private Verdict verdict(Sender sender, Delivery delivery) throws InterruptedException {
        return switch (chain.ask(
                sender.tenant(), delivery.message(), sender.traceId(), () -> pending(sender, delivery))) {
            case PreSendChain.Verdict.Go go -> new Verdict.Go(delivery.with(go.message()), go.featureVersion());
            case PreSendChain.Verdict.Stop stop -> new Verdict.Stop(new Outcome.Rejected(stop.code(), stop.reason()));
        };
    }

    private PendingMessage pending(Sender sender, Delivery delivery) {
        return new PendingMessage(
                sender.tenant(),
                sender.tenant().settings(),
                delivery.message(),
                delivery.messageType(),
                sender.traceId(),
                keys.of(sender, delivery));
    }
}
