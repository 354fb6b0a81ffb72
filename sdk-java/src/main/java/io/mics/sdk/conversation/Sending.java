package io.mics.sdk.conversation;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A message on its way. It is sent again, under its id, until it is answered; waiting for that is up to the app. */
public final class Sending {
    private final String clientMsgId;
    private final CountDownLatch answered = new CountDownLatch(1);
    private final CountDownLatch settled = new CountDownLatch(1);
    private final ConversationLink link;
    private volatile SendResult result;

    Sending(String clientMsgId, ConversationLink link) {
        this.clientMsgId = clientMsgId;
        this.link = link;
        this.result = new SendResult.Unanswered(clientMsgId, 0, "no ack yet");
    }

    /** The client's name for the message. */
    public String clientMsgId() {
        return clientMsgId;
    }

    /**
     * Waits for the first answer, at most as many ack timeouts as the client makes attempts: {@code Accepted} or
     * {@code Stored}, as the tenant has chosen, when the message is safe.
     *
     * @throws IllegalStateException called by a listener, behind which the answer may wait to be read
     */
    public SendResult await() throws InterruptedException {
        link.checkMayWait();
        answered.await();
        return result;
    }

    /**
     * Waits until the message is stored or refused; returns what is known when the time is over.
     *
     * @throws IllegalStateException called by a listener, behind which the answer may wait to be read
     */
    public SendResult awaitStored(Duration most) throws InterruptedException {
        link.checkMayWait();
        var unused = settled.await(most.toNanos(), TimeUnit.NANOSECONDS);
        return result;
    }

    /** What is known now, without waiting. */
    public SendResult result() {
        return result;
    }

    void accepted(SendResult.Accepted accepted) {
        result = accepted;
        answered.countDown();
    }

    /** The final result. */
    void settle(SendResult last) {
        result = last;
        answered.countDown();
        settled.countDown();
    }

    /** Nothing more will be known than is now. */
    void settle() {
        settle(result);
    }
}
