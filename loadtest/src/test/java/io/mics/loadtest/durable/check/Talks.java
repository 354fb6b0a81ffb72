package io.mics.loadtest.durable.check;

import io.mics.loadtest.history.Cast;
import io.mics.loadtest.history.Cast.Device;
import io.mics.loadtest.history.Cast.Group;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Every conversation that the cast can have: of each two users of a tenant, and of each group. Immutable. */
public final class Talks {
    private final Map<String, Integer> numbers = new HashMap<>();
    private final List<Talk> talks = new ArrayList<>();

    /**
     * A conversation.
     *
     * @param name    as it is on the wire
     * @param members users' numbers, ascending
     */
    public record Talk(String tenant, String name, List<Integer> members) {}

    /** Those of a cast. */
    public Talks(Cast cast) {
        for (int user = 0; user < cast.users(); user++) {
            Device one = cast.devicesOf(user).getFirst();
            for (int other = user + 1; other < cast.users(); other++) {
                Device two = cast.devicesOf(other).getFirst();
                if (one.tenant().equals(two.tenant())) {
                    add(one.tenant(), single(one.userId(), two.userId()), Set.of(user, other));
                }
            }
        }
        for (Group group : cast.groups()) {
            add(group.tenant(), "group:" + group.groupId(), Set.copyOf(group.members()));
        }
    }

    private void add(String tenant, String name, Set<Integer> members) {
        numbers.put(tenant + "/" + name, talks.size());
        talks.add(new Talk(tenant, name, List.copyOf(new TreeSet<>(members))));
    }

    private static String single(String one, String other) {
        return one.compareTo(other) < 0 ? "single:" + one + ":" + other : "single:" + other + ":" + one;
    }

    /** The number of a conversation by its name; -1 when nobody of the cast has it. */
    public int number(String tenant, String name) {
        return numbers.getOrDefault(tenant + "/" + name, -1);
    }

    /** The conversation in which a device reaches a target of its tenant. */
    public int to(Cast cast, Device sender, int target) {
        return number(
                sender.tenant(),
                target < 0 ? "group:" + cast.group(target).groupId() : single(sender.userId(), cast.userId(target)));
    }

    /** A conversation by its number. */
    public Talk get(int number) {
        return talks.get(number);
    }

    /** How many there can be. */
    public int size() {
        return talks.size();
    }

    String name(long number) {
        return talks.get((int) number).tenant() + " " + talks.get((int) number).name();
    }
}
