package io.mics.routing;

import io.mics.protocol.Delivery;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Delivers one message to every member of a group, encoded once. Local sessions are found without I/O, so it forks
 * nothing: its children would queue behind the writers that earlier messages have started, and a burst for a group
 * could not be joined.
 */
public final class GroupFanOut {
    private final LocalDelivery local;
    private final Optional<RemoteDelivery> remote;

    /** A fan-out to sessions here and on other nodes. */
    public GroupFanOut(LocalDelivery local, Optional<RemoteDelivery> remote) {
        this.local = local;
        this.remote = remote;
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
    public Result deliver(String tenant, List<String> members, Delivery delivery, long except, PendingWrites writes)
            throws InterruptedException {
        Result here = here(tenant, members, delivery, except, writes);
        return remote.isEmpty() ? here : everywhere(remote.get(), members, delivery, here, writes);
    }

    /** Adds what becomes of the message on other nodes, where members with a device here may have another. */
    private static Result everywhere(
            RemoteDelivery remote, List<String> members, Delivery delivery, Result here, PendingWrites writes)
            throws InterruptedException {
        Set<String> got = new HashSet<>(members);
        here.offline().forEach(got::remove);
        here.notTaken().forEach(got::remove);
        RemoteDelivery.Reached elsewhere = remote.deliver(members, delivery, writes);
        got.addAll(elsewhere.delivered());
        List<String> offline = new ArrayList<>();
        List<String> notTaken = new ArrayList<>();
        for (String member : here.offline()) {
            if (!got.contains(member)) {
                (elsewhere.notTaken().contains(member) ? notTaken : offline).add(member);
            }
        }
        here.notTaken().stream().filter(member -> !got.contains(member)).forEach(notTaken::add);
        return new Result(got.size(), offline, notTaken);
    }

    private Result here(String tenant, List<String> members, Delivery delivery, long except, PendingWrites writes) {
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
