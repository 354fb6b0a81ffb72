package io.mics.offline;

/** Looks for users on the other nodes for whom something is kept on this one. Implemented by routing. */
@FunctionalInterface
public interface BacklogOffers {
    /** For a node alone: who is not here is nowhere. */
    BacklogOffers ALONE = (tenant, user) -> {};

    /**
     * Looks for a user anew and offers what is kept here, until it is taken or the user is nowhere; then the user's
     * next connection takes it. Never blocks.
     */
    void offer(String tenant, String user);
}
