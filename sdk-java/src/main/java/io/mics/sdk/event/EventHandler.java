package io.mics.sdk.event;

/** What a backend does with an event. Called on the consumer's one thread, in order within a partition. */
@FunctionalInterface
public interface EventHandler {

    /**
     * Takes the event over: once this returns, the event is committed and will not come again, save after a crash or a
     * rebalance before the commit. A throw means it is offered again after a while, and nothing behind it in the same
     * partition before.
     *
     * <p>Must return well within {@code max.poll.interval.ms} (5 minutes by default), or the group believes this
     * consumer dead and gives the event to another one as well.
     */
    void handle(Event event) throws Exception;
}
