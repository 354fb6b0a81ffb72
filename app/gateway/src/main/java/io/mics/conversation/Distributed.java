package io.mics.conversation;

import io.mics.routing.delivery.GroupFanOut;
import java.util.List;

/** What became of a stored message on its way to devices; no outcome un-stores it. */
public sealed interface Distributed {
    /** In plain words, for who asks what became of a message. */
    String words();

    /**
     * Given to devices; whoever has none finds it by its sequence number.
     *
     * @param users     in the conversation, its sender among them
     * @param reached   of these, with a device that got it
     * @param here      devices of this node that got it
     * @param elsewhere devices of other nodes that got it, at least
     */
    record Reached(int users, int reached, int here, int elsewhere) implements Distributed {
        /** What a fan-out to {@code users} came to. */
        public static Reached of(List<String> users, GroupFanOut.Result result) {
            return new Reached(users.size(), result.delivered(), result.here(), result.elsewhere());
        }

        @Override
        public String words() {
            return "to " + devices() + " (" + here + " of this node) of " + reached + " of " + users
                    + " users, its sender among them; others find it by its number";
        }

        /** How many devices got it; other nodes say that some did, not how many. */
        public String devices() {
            int all = here + elsewhere;
            return (elsewhere > 0 ? "at least " : "") + all + (all == 1 ? " device" : " devices");
        }
    }

    /** To everybody who is online: a batch for each node, which takes its time. */
    record Broadcast() implements Distributed {
        @Override
        public String words() {
            return "to everybody who is online, by each node for its own devices";
        }
    }

    /** To a large group: by a task that some node works off in chunks. */
    record Queued(int members) implements Distributed {
        @Override
        public String words() {
            return "by a task for the " + members + " members of a large group, in chunks, on any node that stores";
        }
    }

    /** To a very large group: its members only learn that there is news, and ask for it. */
    record Announced(int members) implements Distributed {
        @Override
        public String words() {
            return "its " + members + " members learn that there is news, and ask for it: durable.notify-only-above";
        }
    }

    /** Its tenant is not configured any more. */
    record WithoutTenant() implements Distributed {
        @Override
        public String words() {
            return "to nobody: the tenant is gone";
        }
    }

    /** Not now; another attempt may. */
    record Later(String cause) implements Distributed {
        /** Nobody could say who is in a group. */
        public static Later withoutMembers(GroupMembers.Lookup.Unavailable away) {
            return new Later("who is in the group is not known: " + away.reason());
        }

        @Override
        public String words() {
            return "not now: " + cause;
        }
    }

    /** To nobody; everybody finds it by its sequence number. */
    record LeftToSync(String cause) implements Distributed {
        @Override
        public String words() {
            return "left to sync, which finds it by its number: " + cause;
        }
    }
}
