package io.mics.store.sql;

import io.mics.conversation.Conversations.Given;
import io.mics.conversation.Conversations.Missed;
import io.mics.conversation.Conversations.MissedPart;
import io.mics.conversation.Conversations.Reader;
import io.mics.conversation.Reply;
import io.mics.protocol.ConversationRef;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Up to where devices that do not ask have been given their conversations. A device that is new begins at the end of
 * each; a conversation that is newer than the device begins where it does for its user.
 */
final class DeviceCursors {
    /** Devices of one user; the one unseen for longest makes room. */
    static final int MOST_DEVICES = 16;

    private static final int MOST_CONVERSATIONS = 1_000;
    /** How exactly it is known when a device was seen: so seldom that costs a write. */
    private static final long SEEN_MS = Duration.ofDays(1).toMillis();

    private static final int EXPIRED_AT_ONCE = 200;

    static final String MISSED = """
        SELECT c.name, m.joined_seq, m.cleared_before, c.first_seq, COALESCE(d.seq, 0), c.last_seq,
          COALESCE((SELECT x.created_ms FROM messages x
            WHERE x.conversation = c.id AND x.seq > m.joined_seq AND x.seq > m.cleared_before
              AND x.seq >= c.first_seq AND x.seq > COALESCE(d.seq, 0) ORDER BY x.seq LIMIT 1), 0) AS first_ms
        FROM members m JOIN conversations c ON c.id = m.conversation
        LEFT JOIN device_cursors d
          ON d.tenant = m.tenant AND d.user_id = m.user_id AND d.device = ? AND d.conversation = c.id
        WHERE m.tenant = ? AND m.user_id = ? AND m.left_ms = 0 AND c.kind <> 3
          AND c.last_seq > COALESCE(d.seq, 0) AND c.last_seq > m.joined_seq AND c.last_seq > m.cleared_before
        ORDER BY first_ms LIMIT ?\
        """;
    private static final String FIRST_MS =
            "SELECT created_ms FROM messages WHERE conversation = ? AND seq > ? ORDER BY seq LIMIT 1";
    private static final String BEGIN_AT_END = """
        INSERT INTO device_cursors (tenant, user_id, device, conversation, seq)
        SELECT m.tenant, m.user_id, ?, c.id, c.last_seq FROM members m JOIN conversations c ON c.id = m.conversation
        WHERE m.tenant = ? AND m.user_id = ? AND m.left_ms = 0 AND c.kind <> 3 AND c.last_seq > 0
        ON CONFLICT (tenant, user_id, device, conversation) DO NOTHING\
        """;
    private static final String OF_DEVICE = " WHERE tenant = ? AND user_id = ? AND device = ?";
    private static final String CURSOR = "SELECT seq FROM device_cursors" + OF_DEVICE + " AND conversation = ?";
    private static final String SEEN = "SELECT seen_ms FROM devices" + OF_DEVICE;
    private static final String ADVANCE = """
        INSERT INTO device_cursors (tenant, user_id, device, conversation, seq) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT (tenant, user_id, device, conversation)
        DO UPDATE SET seq = excluded.seq WHERE device_cursors.seq < excluded.seq\
        """;
    private static final String UNSEEN_LONGEST =
            "SELECT device FROM devices WHERE tenant = ? AND user_id = ? ORDER BY seen_ms DESC LIMIT 1000 OFFSET "
                    + MOST_DEVICES;
    static final String EXPIRED =
            "SELECT tenant, user_id, device FROM devices WHERE seen_ms < ? ORDER BY seen_ms LIMIT ?";

    private static final Comparator<Given> IN_ORDER = Comparator.comparing(Given::user)
            .thenComparing(Given::device)
            .thenComparing(given -> given.conversation().id())
            .thenComparingLong(Given::fromSeq);

    private record Device(String tenant, String user, String name) {}

    private final Database database;
    private final String add;
    private final String touch;

    DeviceCursors(Database database) {
        this.database = database;
        String now = database.dialect().nowMs();
        add = "INSERT INTO devices (tenant, user_id, device, seen_ms) VALUES (?, ?, ?, " + now
                + ") ON CONFLICT (tenant, user_id, device) DO NOTHING";
        touch = "UPDATE devices SET seen_ms = " + now + OF_DEVICE + " AND seen_ms < " + now + " - " + SEEN_MS;
    }

    Reply<Missed> missed(Reader reader, String name, int limit) throws SQLException {
        Device device = new Device(reader.tenant(), reader.user(), name);
        boolean known = database.read(c -> isKnown(c, device));
        if (!known && database.write(c -> begin(c, reader, device))) {
            return new Reply.Ok<>(new Missed(List.of()));
        }
        List<MissedPart> parts = database.read(c -> {
            List<MissedPart> found = new ArrayList<>(Parameters.list(
                    c,
                    MISSED,
                    row -> new MissedPart(
                            ConversationRef.ofId(row.getString(1))
                                    .orElseThrow(() -> new SQLException("a conversation's name cannot be read")),
                            Math.max(
                                    Math.max(row.getLong(2), row.getLong(3)),
                                    Math.max(row.getLong(4) - 1, row.getLong(5))),
                            row.getLong(6),
                            row.getLong(7)),
                    name,
                    reader.tenant(),
                    reader.user(),
                    Math.clamp(limit, 1, MOST_CONVERSATIONS)));
            world(c, reader, device).ifPresent(found::add);
            return found;
        });
        return new Reply.Ok<>(new Missed(parts));
    }

    private static Optional<MissedPart> world(Connection c, Reader reader, Device device) throws SQLException {
        Optional<Access> access = Access.find(c, reader, ConversationRef.WORLD).filter(Access::exists);
        if (access.isEmpty()) {
            return Optional.empty();
        }
        long seen =
                Math.max(access.get().floor(), cursor(c, device, access.get().id()));
        if (seen >= access.get().lastSeq()) {
            return Optional.empty();
        }
        long first = Parameters.first(
                        c, FIRST_MS, row -> row.getLong(1), access.get().id(), seen)
                .orElse(0L);
        return Optional.of(
                new MissedPart(ConversationRef.WORLD, seen, access.get().lastSeq(), first));
    }

    private static long cursor(Connection c, Device device, long conversation) throws SQLException {
        return Parameters.first(
                        c, CURSOR, row -> row.getLong(1), device.tenant(), device.user(), device.name(), conversation)
                .orElse(0L);
    }

    private static boolean isKnown(Connection c, Device device) throws SQLException {
        return Parameters.first(c, SEEN, row -> true, device.tenant(), device.user(), device.name())
                .isPresent();
    }

    /** From now on it is known, and has everything there is; false: it was begun meanwhile. */
    private boolean begin(Connection c, Reader reader, Device device) throws SQLException {
        if (Parameters.update(c, add, device.tenant(), device.user(), device.name()) == 0) {
            return false;
        }
        Parameters.update(c, BEGIN_AT_END, device.name(), device.tenant(), device.user());
        Optional<Access> world = Access.find(c, reader, ConversationRef.WORLD).filter(Access::exists);
        if (world.isPresent()) {
            advance(c, device, world.get().id(), world.get().lastSeq());
        }
        for (String unseen :
                Parameters.list(c, UNSEEN_LONGEST, row -> row.getString(1), device.tenant(), device.user())) {
            forget(c, new Device(device.tenant(), device.user(), unseen));
        }
        return true;
    }

    private static void advance(Connection c, Device device, long conversation, long seq) throws SQLException {
        Parameters.update(c, ADVANCE, device.tenant(), device.user(), device.name(), conversation, seq);
    }

    /** Moves cursors that are where a range begins, or beyond, to its end. */
    Reply<Boolean> advance(String tenant, List<Given> given) throws SQLException {
        return new Reply.Ok<>(database.write(c -> {
            Map<Device, Boolean> known = new HashMap<>();
            boolean moved = false;
            for (Given range : given.stream().sorted(IN_ORDER).toList()) {
                Device device = new Device(tenant, range.user(), range.device());
                Boolean begun = known.get(device);
                if (begun == null) {
                    begun = isKnown(c, device);
                    known.put(device, begun);
                    Parameters.update(c, touch, tenant, range.user(), range.device());
                }
                moved |= begun && advance(c, device, range);
            }
            return moved;
        }));
    }

    private static boolean advance(Connection c, Device device, Given range) throws SQLException {
        Optional<Access> access = Access.find(c, new Reader(device.tenant(), device.user()), range.conversation())
                .filter(Access::exists);
        if (access.isEmpty()) {
            return false;
        }
        long cursor = cursor(c, device, access.get().id());
        long to = Math.min(range.toSeq(), access.get().lastSeq());
        if (to <= cursor || range.fromSeq() - 1 > Math.max(cursor, access.get().floor())) {
            return false;
        }
        advance(c, device, access.get().id(), to);
        return true;
    }

    Reply<Boolean> forget(Reader reader, String name) throws SQLException {
        Device device = new Device(reader.tenant(), reader.user(), name);
        return new Reply.Ok<>(database.read(c -> isKnown(c, device)) && database.write(c -> forget(c, device)));
    }

    private static boolean forget(Connection c, Device device) throws SQLException {
        Parameters.update(c, "DELETE FROM device_cursors" + OF_DEVICE, device.tenant(), device.user(), device.name());
        return Parameters.update(c, "DELETE FROM devices" + OF_DEVICE, device.tenant(), device.user(), device.name())
                > 0;
    }

    /** Forgets the devices of a user. */
    static void forgetAll(Connection c, String tenant, String user) throws SQLException {
        Parameters.update(c, "DELETE FROM device_cursors WHERE tenant = ? AND user_id = ?", tenant, user);
        Parameters.update(c, "DELETE FROM devices WHERE tenant = ? AND user_id = ?", tenant, user);
    }

    /** Forgets devices that were not seen since then, in small transactions; how many. */
    long forgetUnseenSince(long timeMs) throws SQLException {
        long forgotten = 0;
        while (!Thread.currentThread().isInterrupted()) {
            List<Device> expired = database.read(c -> Parameters.list(
                    c,
                    EXPIRED,
                    row -> new Device(row.getString(1), row.getString(2), row.getString(3)),
                    timeMs,
                    EXPIRED_AT_ONCE));
            for (Device device : expired) {
                forgotten += database.write(c -> forget(c, device)) ? 1 : 0;
            }
            if (expired.size() < EXPIRED_AT_ONCE) {
                break;
            }
        }
        return forgotten;
    }
}
