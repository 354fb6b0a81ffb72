package io.mics.routing;

import io.mics.concurrent.Deadline;
import io.mics.concurrent.Subtask;
import io.mics.concurrent.TaskScope;
import io.mics.protocol.Delivery;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Delivers one message to every member of a group: encoded once, looked up in chunks, the chunks of a large group in
 * parallel within the width of one {@link TaskScope}.
 */
public final class GroupFanOut {
    private static final Duration DEADLINE = Duration.ofSeconds(30);

    private final LocalDelivery local;
    private final Optional<RemoteDelivery> remote;
    private final Supplier<Width> width;

    /**
     * How one fan-out is spread.
     *
     * @param chunkSize members handled by one child; 0 is all of them
     * @param children  at one time; 0 is unlimited
     */
    public record Width(int chunkSize, int children) {}

    /** A fan-out to sessions here and on other nodes; {@code width} is asked for each message. */
    public GroupFanOut(LocalDelivery local, Optional<RemoteDelivery> remote, Supplier<Width> width) {
        this.local = local;
        this.remote = remote;
        this.width = width;
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
        RemoteDelivery.Reached elsewhere = remote.deliver(members, delivery, got, writes);
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

    private Result here(String tenant, List<String> members, Delivery delivery, long except, PendingWrites writes)
            throws InterruptedException {
        Width now = width.get();
        int chunkSize = now.chunkSize() == 0 ? members.size() : now.chunkSize();
        if (members.size() <= chunkSize) {
            return chunk(tenant, members, delivery, except, writes);
        }
        int children = now.children() == 0 ? Integer.MAX_VALUE : now.children();
        List<Subtask<Result>> parts = new ArrayList<>(members.size() / chunkSize + 1);
        try (TaskScope scope = TaskScope.open("group-fan-out", children, Deadline.after(DEADLINE))) {
            for (int from = 0; from < members.size(); from += chunkSize) {
                List<String> part = members.subList(from, Math.min(from + chunkSize, members.size()));
                parts.add(scope.fork(() -> chunk(tenant, part, delivery, except, writes)));
            }
            scope.join();
        }
        int delivered = 0;
        List<String> offline = new ArrayList<>();
        List<String> notTaken = new ArrayList<>();
        for (Subtask<Result> part : parts) {
            Result result = part.get();
            delivered += result.delivered();
            offline.addAll(result.offline());
            notTaken.addAll(result.notTaken());
        }
        return new Result(delivered, offline, notTaken);
    }

    private Result chunk(String tenant, List<String> members, Delivery delivery, long except, PendingWrites writes) {
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
