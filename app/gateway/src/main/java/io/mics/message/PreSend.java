package io.mics.message;

import io.mics.hook.SendDecision;
import io.mics.hook.registry.PendingMessage;
import io.mics.hook.registry.PreSendChain;
import io.mics.protocol.Delivery;

/** Asks the hooks whether a message may go: what waits to be written, and the turn, do not wait for their answer. */
public final class PreSend {
    private final PreSendChain chain;
    private final IdempotencyKeys keys;

    public PreSend(PreSendChain chain, IdempotencyKeys keys) {
        this.chain = chain;
        this.keys = keys;
    }

    /** Asks; blocks for the hooks' deadlines at most. */
    public SendDecision ask(Sender sender, Delivery delivery) throws InterruptedException {
        if (chain.answersAtOnce(sender.tenant())) {
            return decide(sender, delivery);
        }
        sender.writes().start();
        SendDecision decision = decide(sender, delivery);
        sender.awaitTurn();
        return decision;
    }

    private SendDecision decide(Sender sender, Delivery delivery) throws InterruptedException {
        return chain.ask(sender.tenant(), delivery.message(), sender.traceId(), () -> pending(sender, delivery));
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
