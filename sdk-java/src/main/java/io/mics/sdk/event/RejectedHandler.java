package io.mics.sdk.event;

/** What a backend does with a record that is no event. Called on the consumer's thread, in the record's turn. */
@FunctionalInterface
public interface RejectedHandler {

    /**
     * Takes note. Once this returns, the record is committed and gone. A throw stops its partition here: the record is
     * offered again after a while, as with {@link EventHandler}, until this returns.
     */
    void rejected(Rejected rejected) throws Exception;
}
