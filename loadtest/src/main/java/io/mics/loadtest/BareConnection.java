package io.mics.loadtest;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.Set;

/** One connection of the bare loop: its thread reads, parses all frames of a read, re-frames, and then flushes once. */
final class BareConnection {
    private static final int FIRST_BUFFER = 512;
    private static final int LARGEST_BUFFER = 16 * 1024;

    private final BareLoop loop;
    private final InputStream in;
    private final BareOutput out;
    private final boolean writerThreads;
    /** The sender's fields tenant_id, user_id and device_id as they stand in every delivery. */
    private final byte[] identity;

    private final FrameHead frame = new FrameHead();
    private final ClientMessage message = new ClientMessage();
    private final Set<BareConnection> touched = new LinkedHashSet<>(2);
    private byte[] scratch = {};
    private String lastTo = "";

    BareConnection(BareLoop loop, Socket socket, BareHandshake request, boolean writerThreads) throws IOException {
        this.loop = loop;
        this.in = socket.getInputStream();
        this.out = new BareOutput(socket.getOutputStream());
        this.writerThreads = writerThreads;
        this.identity = Wire.join(
                Wire.field(1, request.tenant()), Wire.field(2, request.user()), Wire.field(3, request.device()));
        byte[] ack = Wire.join(
                Wire.varintField(1, 1000),
                Wire.field(2, request.tenant()),
                Wire.field(3, request.user()),
                Wire.field(4, request.device()),
                Wire.field(5, "bare"));
        byte[] first = Wire.serverFrame(Wire.field(1, ack));
        out.add(first, first.length);
    }

    void run() throws IOException {
        out.flush(false);
        byte[] buffer = new byte[FIRST_BUFFER];
        int size = 0;
        while (true) {
            int n = in.read(buffer, size, buffer.length - size);
            if (n < 0) {
                return;
            }
            size += n;
            boolean full = size == buffer.length;
            int at = 0;
            while (frame.read(buffer, at, size)) {
                if (frame.opCode == Wire.CLOSE) {
                    return;
                }
                frame.unmask(buffer);
                receive(buffer, frame.payload, frame.end);
                at = frame.end;
            }
            flushTouched();
            size -= at;
            int needed = Math.max(size + 1, frame.end - at);
            if (buffer.length < needed || (full && buffer.length < LARGEST_BUFFER)) {
                byte[] larger = new byte[Math.max(needed, buffer.length * 2)];
                System.arraycopy(buffer, at, larger, 0, size);
                buffer = larger;
            } else if (size > 0) {
                System.arraycopy(buffer, at, buffer, 0, size);
            }
        }
    }

    private void flushTouched() {
        if (touched.isEmpty()) {
            return;
        }
        out.flush(writerThreads);
        for (BareConnection connection : touched) {
            connection.out.flush(writerThreads);
        }
        touched.clear();
    }

    private void receive(byte[] buffer, int from, int to) {
        if (from == to) {
            return;
        }
        int length = Wire.varintEnd(buffer, from + 1);
        switch (buffer[from] >>> 3) {
            case 1 -> relay(buffer, length, to);
            case 2 -> pong(buffer, from + 1, to);
            default -> {}
        }
    }

    private void pong(byte[] buffer, int from, int to) {
        byte[] payload = new byte[to - from + 1];
        payload[0] = (byte) Wire.tag(5, Wire.BYTES);
        System.arraycopy(buffer, from, payload, 1, to - from);
        byte[] pong = Wire.serverFrame(payload);
        out.add(pong, pong.length);
        touched.add(this);
    }

    private void relay(byte[] buffer, int from, int to) {
        message.read(buffer, from, to);
        long now = System.currentTimeMillis();
        int size = delivery(buffer, now);
        boolean sent = false;
        if (message.group) {
            String group = ascii(buffer, message.groupFrom, message.groupTo);
            for (String member : loop.members(group)) {
                sent |= deliver(member, size);
            }
        } else {
            sent = deliver(recipient(buffer), size);
        }
        int ack = ack(buffer, now, sent);
        out.add(scratch, ack);
        if (touched.isEmpty()) {
            touched.add(this);
        }
    }

    private boolean deliver(String user, int size) {
        BareConnection to = loop.user(user);
        if (to == null) {
            return false;
        }
        to.out.add(scratch, size);
        touched.add(to);
        return true;
    }

    /** The recipient's id; the last one again without a new string when the bytes say the same. */
    private String recipient(byte[] buffer) {
        int length = message.toTo - message.toFrom;
        boolean same = length == lastTo.length();
        for (int i = 0; same && i < length; i++) {
            same = lastTo.charAt(i) == buffer[message.toFrom + i];
        }
        if (!same) {
            lastTo = ascii(buffer, message.toFrom, message.toTo);
        }
        return lastTo;
    }

    private static String ascii(byte[] buffer, int from, int to) {
        return new String(buffer, from, to - from, StandardCharsets.US_ASCII);
    }

    /** Puts a {@code delivery} frame into the scratch array: the session's identity, then the client's own bytes. */
    private int delivery(byte[] buffer, long now) {
        int kept = message.end - message.kept;
        int stamp = message.timestamp ? 0 : 1 + Wire.varintSize(now);
        int request = identity.length + kept + stamp;
        int delivery = 1 + Wire.varintSize(request) + request;
        int payload = 1 + Wire.varintSize(delivery) + delivery;
        int total = Wire.headerSize(payload) + payload;
        byte[] to = scratch(total);
        int at = Wire.putHeader(to, 0, Wire.BINARY, payload);
        to[at++] = (byte) Wire.tag(2, Wire.BYTES);
        at = Wire.putVarint(to, at, delivery);
        to[at++] = (byte) Wire.tag(1, Wire.BYTES);
        at = Wire.putVarint(to, at, request);
        System.arraycopy(identity, 0, to, at, identity.length);
        at += identity.length;
        System.arraycopy(buffer, message.kept, to, at, kept);
        at += kept;
        if (stamp > 0) {
            to[at++] = (byte) Wire.tag(9, Wire.VARINT);
            Wire.putVarint(to, at, now);
        }
        return total;
    }

    private int ack(byte[] buffer, long now, boolean sent) {
        int id = message.idTo - message.idFrom;
        int ack = 1 + Wire.varintSize(id) + id + (sent ? 0 : 2) + 1 + Wire.varintSize(now);
        int payload = 1 + Wire.varintSize(ack) + ack;
        byte[] to = scratch(Wire.headerSize(payload) + payload);
        int at = Wire.putHeader(to, 0, Wire.BINARY, payload);
        to[at++] = (byte) Wire.tag(3, Wire.BYTES);
        at = Wire.putVarint(to, at, ack);
        to[at++] = (byte) Wire.tag(1, Wire.BYTES);
        at = Wire.putVarint(to, at, id);
        System.arraycopy(buffer, message.idFrom, to, at, id);
        at += id;
        if (!sent) {
            to[at++] = (byte) Wire.tag(2, Wire.VARINT);
            to[at++] = 1;
        }
        to[at++] = (byte) Wire.tag(3, Wire.VARINT);
        return Wire.putVarint(to, at, now);
    }

    private byte[] scratch(int size) {
        if (scratch.length < size) {
            scratch = Arrays.copyOf(scratch, Math.max(size, 256));
        }
        return scratch;
    }
}
