package io.mics.loadtest.history;

import java.util.ArrayList;
import java.util.List;

/**
 * Who takes part in a run. Users and groups of different tenants have the same ids, so that a message which strays into
 * another tenant finds somebody there and is seen. Immutable; everything is found by its number.
 *
 * @param byUser the devices of each user
 * @param groups by number
 */
public record Cast(List<Device> devices, List<List<Device>> byUser, List<Group> groups) {
    /** One device of one user. */
    public record Device(int number, int user, String tenant, String userId, String deviceId) {}

    /** A group; its members are users' numbers. */
    public record Group(int number, String tenant, String groupId, List<Integer> members) {}

    /** The size of a cast. */
    public record Size(int tenants, int usersPerTenant, int groupsPerTenant, int membersPerGroup) {
        /** Enough for a short run on a small machine. */
        public static final Size SMALL = new Size(2, 100, 20, 8);
    }

    /** Copies what it is given. */
    public Cast {
        devices = List.copyOf(devices);
        byUser = List.copyOf(byUser);
        groups = List.copyOf(groups);
    }

    /** Every fifth user has two devices, every other one; the members of a group are spread over its tenant. */
    public static Cast of(Size size) {
        List<Device> devices = new ArrayList<>();
        List<Group> groups = new ArrayList<>();
        List<List<Device>> byUser = new ArrayList<>();
        for (int t = 0; t < size.tenants(); t++) {
            String tenant = "t" + t;
            int first = byUser.size();
            for (int u = 0; u < size.usersPerTenant(); u++) {
                List<Device> own = new ArrayList<>();
                for (int d = 0; d < (u % 5 == 0 ? 2 : 1); d++) {
                    own.add(new Device(devices.size() + d, byUser.size(), tenant, "u" + u, "d" + d));
                }
                devices.addAll(own);
                byUser.add(List.copyOf(own));
            }
            for (int g = 0; g < size.groupsPerTenant(); g++) {
                List<Integer> members = new ArrayList<>();
                int step = Math.max(1, size.usersPerTenant() / size.membersPerGroup());
                for (int m = 0; m < Math.min(size.membersPerGroup(), size.usersPerTenant()); m++) {
                    members.add(first + (g + m * step) % size.usersPerTenant());
                }
                groups.add(new Group(groups.size(), tenant, "g" + g, List.copyOf(members)));
            }
        }
        return new Cast(devices, byUser, groups);
    }

    /** How a group stands in a message's target; a user stands there as its number. */
    public static int target(Group group) {
        return ~group.number();
    }

    /** The group a target means. */
    public Group group(int target) {
        return groups.get(~target);
    }

    /** The users a target means. */
    public List<Integer> recipients(int target) {
        return target < 0 ? group(target).members() : List.of(target);
    }

    /** Whether the number is a device's. */
    public boolean has(int device) {
        return device >= 0 && device < devices.size();
    }

    /** A user's devices. */
    public List<Device> devicesOf(int user) {
        return byUser.get(user);
    }

    /** A user's id. */
    public String userId(int user) {
        return byUser.get(user).get(0).userId();
    }

    /** How many users there are in all tenants; a user is a number below it. */
    public int users() {
        return byUser.size();
    }
}
