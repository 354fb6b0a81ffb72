package io.mics.routing.delivery;

import io.mics.concurrent.FairScheduler;
import io.mics.concurrent.PendingWrites;
import io.mics.protocol.Delivery;
import io.mics.protocol.HashedIds;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Delivers one message to every member of a group, encoded once. Local sessions are found without I/O, so it forks
 * nothing: its children would queue behind the writers that earlier messages have started, and a burst for a group
 * could not be joined. The sender's own thread works the list off in slices, and takes turns with other tenants' for
 * it: few lists are worked on at one time, and between slices everybody else's threads get the processor.
 */
public final class GroupFanOut {
    /** Members between two turns. */
    private static final int SLICE = 256;
    /** Members looked for on other nodes at one time: what is known of them meanwhile is bounded. */
    private static final int SEGMENT = 16_384;
    /** Devices are written to when so many were given something, and not only when all were. */
    private static final int WRITES = 4_096;

    private static final int[] NONE = {};

    private final LocalDelivery local;
    private final Optional<RemoteDelivery> remote;
    private final FairScheduler scheduler;

    /** A fan-out to sessions here and on other nodes. */
    public GroupFanOut(LocalDelivery local, Optional<RemoteDelivery> remote, FairScheduler scheduler) {
        this.local = local;
        this.remote = remote;
        this.scheduler = scheduler;
    }

    /**
     * What became of a group message. The lists are views of the members'.
     *
     * @param delivered members with at least one device that got it
     * @param here      devices of this node that got it
     * @param elsewhere devices of other nodes that got it, at least
     * @param offline   members with no session, in the group's order
     * @param notTaken  members whose sessions did not take it
     */
    public record Result(int delivered, int here, int elsewhere, List<String> offline, List<String> notTaken) {
        /** Those no device of whom got it, the ones with a session first. */
        public List<String> absent() {
            return notTaken.isEmpty() ? offline : new Selection.Joined(notTaken, offline);
        }
    }

    /** Delivers to {@code members}, who are distinct; {@code except} is a connection to leave out. */
    public Result deliver(String tenant, List<String> members, Delivery delivery, long except, PendingWrites writes)
            throws InterruptedException {
        Task task = new Task(tenant, members, delivery, except, writes);
        if (remote.isEmpty()) {
            task.here(0, members.size());
        } else {
            for (int from = 0; from < members.size(); from += SEGMENT) {
                task.everywhere(remote.get(), from, Math.min(from + SEGMENT, members.size()));
            }
        }
        return new Result(task.delivered, task.here, task.elsewhere, task.offline, task.notTaken);
    }

    /**
     * Delivers to everybody of a tenant who is online: one batch for each node, which takes its time. Does not wait for
     * devices; {@code except} is a connection of this node to leave out.
     */
    public void deliverToEverybody(String tenant, Delivery delivery, long except) throws InterruptedException {
        local.deliverToEverybody(tenant, delivery, except);
        if (remote.isPresent()) {
            remote.get().deliverToEverybody(delivery);
        }
    }

    private final class Task {
        private final String tenant;
        private final List<String> members;
        private final int[] hashes;
        private final Delivery delivery;
        private final long except;
        private final PendingWrites writes;
        private final Selection offline;
        private final Selection notTaken;
        private int delivered;
        private int here;
        private int elsewhere;
        private int unwritten;

        Task(String tenant, List<String> members, Delivery delivery, long except, PendingWrites writes) {
            this.tenant = tenant;
            this.members = members;
            this.hashes = members instanceof HashedIds ? new int[Math.min(SLICE, members.size())] : NONE;
            this.delivery = delivery;
            this.except = except;
            this.writes = writes;
            this.offline = new Selection(members);
            this.notTaken = new Selection(members);
        }

        /** Delivers to the members with the numbers {@code first} to {@code end} - 1. */
        void here(int first, int end) throws InterruptedException {
            if (!scheduler.tryEnter(tenant)) {
                writes.start();
                scheduler.enter(tenant);
            }
            boolean mine = true;
            try {
                for (int from = first; from < end; from += SLICE) {
                    slice(from, Math.min(from + SLICE, end));
                    if (from + SLICE < end) {
                        mine = false;
                        scheduler.next(tenant);
                        mine = true;
                    }
                }
            } finally {
                if (mine) {
                    scheduler.leave(tenant);
                }
            }
        }

        private void slice(int from, int to) {
            boolean hashed = members instanceof HashedIds;
            if (members instanceof HashedIds ids) {
                ids.hashCodes(from, to, hashes);
            }
            for (int i = from; i < to; i++) {
                if (hashed && !local.mayHaveSession(tenant, hashes[i - from])) {
                    offline.select(i);
                } else {
                    one(i);
                }
            }
            if (unwritten >= WRITES) {
                unwritten = 0;
                writes.start();
            }
        }

        private void one(int member) {
            LocalDelivery.LocalOutcome outcome = local.deliver(tenant, members.get(member), delivery, except, writes);
            switch (outcome.kind()) {
                case DELIVERED -> {
                    here += outcome.devices();
                    delivered++;
                    unwritten++;
                }
                case NO_SESSION -> offline.select(member);
                case NOT_TAKEN -> notTaken.select(member);
            }
        }

        /** The same here and on other nodes, where members with a device here may have another. */
        void everywhere(RemoteDelivery others, int first, int end) throws InterruptedException {
            here(first, end);
            int[] notTakenHere = notTaken.cutFrom(first);
            List<String> some = List.copyOf(members.subList(first, end));
            RemoteDelivery.Reached reached = others.deliver(some, delivery, writes);
            elsewhere += reached.devices();
            Set<String> got = reached.delivered();
            for (int member : offline.cutFrom(first)) {
                String user = some.get(member - first);
                if (got.contains(user)) {
                    delivered++;
                } else {
                    (reached.notTaken().contains(user) ? notTaken : offline).select(member);
                }
            }
            for (int member : notTakenHere) {
                if (got.contains(some.get(member - first))) {
                    delivered++;
                } else {
                    notTaken.select(member);
                }
            }
        }
    }
}
