package io.mics.routing;

import io.mics.protocol.Delivery;
import java.util.ArrayList;
import java.util.List;

/**
 * Delivers one message to every member of a group, encoded once. Local sessions are found without I/O, so it forks
 * nothing: its children would queue behind the writers that earlier messages have started, and a burst for a group
 * could not be joined.
 */
public final class GroupFanOut {
    private final LocalDelivery local;

    /** A fan-out over local sessions. */
    public GroupFanOut(LocalDelivery local) {
        this.local = local;
    }

    /**
     * What became of a group message.
     *
     * @param delivered members with at least one device that got it
     * @param offline   members with no session, in the group's order
     * @param notTaken  members whose sessions did not take it
     */
    public record Result(int delivered, List<String> offline, List<String> notTaken) {}

    /** Delivers to {@code members}, who are distinct; {@code except} is a connection to leave out. */
    public Result deliver(String tenant, List<String> members, Delivery delivery, long except, PendingWrites writes) {
        int delivered = 0;
        List<String> offline = new ArrayList<>(0);
        List<String> notTaken = new ArrayList<>(0);
        for (String member : members) {
            switch (local.deliver(tenant, member, delivery, except, writes)) {
                case DELIVERED -> delivered++;
                case NO_SESSION -> offline.add(member);
                case NOT_TAKEN -> notTaken.add(member);
            }
        }
        return new Result(delivered, offline, notTaken);
    }
}
