package io.mics.loadtest.fuzz;

import com.google.protobuf.ByteString;
import io.mics.proto.message.v1.ClientFrame;
import io.mics.proto.message.v1.DeliveryAck;
import io.mics.proto.message.v1.HeartbeatPing;
import io.mics.proto.message.v1.ListConversations;
import io.mics.proto.message.v1.MessageRequest;
import io.mics.proto.message.v1.MessageType;
import io.mics.proto.message.v1.Recall;
import io.mics.proto.message.v1.SendMessage;
import io.mics.proto.message.v1.SyncRequest;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;

/** What a hostile client sends: the same bytes for the same seed. */
final class FuzzInput {
    private static final int CONTINUATION = 0;
    private static final int TEXT = 1;
    private static final int BINARY = 2;
    private static final int PING = 9;
    private static final int PONG = 10;

    private final SplittableRandom random;

    FuzzInput(long seed) {
        random = new SplittableRandom(seed);
    }

    /** A number from 0 to {@code bound} - 1, for whoever decides what to do next. */
    int next(int bound) {
        return random.nextInt(bound);
    }

    /** A message that a gateway must survive, and after which it may go on: correct WebSocket framing. */
    byte[] message(boolean json) {
        return switch (random.nextInt(10)) {
            case 0 -> frame(0x80 | BINARY, bytes(random.nextInt(200)));
            case 1 -> frame(0x80 | PING, bytes(random.nextInt(126)));
            case 2 -> frame(0x80 | PONG, bytes(random.nextInt(126)));
            case 3 -> fragments(json ? text() : valid());
            case 4, 5 -> frame(0x80 | (json ? TEXT : BINARY), json ? text() : valid());
            default -> frame(0x80 | (json ? TEXT : BINARY), mutated(json ? text() : valid()));
        };
    }

    /** What breaks the rules of WebSocket frames; nothing after it needs an answer. */
    byte[] violation() {
        byte[] payload = bytes(random.nextInt(140));
        return switch (random.nextInt(14)) {
            case 0 -> frame(0x80 | 0x40 >> random.nextInt(3) | BINARY, payload);
            case 1 -> frame(0x80 | 3 + random.nextInt(5), payload);
            case 2 -> frame(0x80 | 11 + random.nextInt(5), payload);
            case 3 -> unmasked(payload);
            case 4 -> frame(PING, bytes(5));
            case 5 -> frame(0x80 | PING, bytes(126 + random.nextInt(500)));
            case 6 -> frame(0x80 | CONTINUATION, payload);
            case 7 -> joined(frame(BINARY, payload), frame(0x80 | BINARY, payload));
            case 8 -> head(0x82, random.nextLong());
            case 9 -> head(0x82, (1L << 20) + random.nextInt(1 << 30));
            case 10 -> frame(0x80 | TEXT, mutated("{\"x\":\"\u00e4\u20ac\"}".getBytes(StandardCharsets.UTF_8)));
            case 11 -> frame(0x88, bytes(1));
            case 12 ->
                frame(
                        0x88,
                        ByteBuffer.allocate(2)
                                .putShort((short) random.nextInt(6_000))
                                .array());
            default -> bytes(1 + random.nextInt(600));
        };
    }

    /** The beginning of a frame that never ends. */
    byte[] unfinished() {
        byte[] whole = frame(0x80 | BINARY, bytes(20 + random.nextInt(2_000)));
        return cut(whole, 1 + random.nextInt(whole.length - 1));
    }

    /** A correct request to upgrade as user {@code f…}. */
    String upgrade(int port, boolean json) {
        return "GET /ws?tenantId=playground&deviceId=d" + random.nextInt(3) + "&token=valid:f" + random.nextInt(40)
                + " HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                + (json ? "Sec-WebSocket-Protocol: mics.json.v1\r\n" : "")
                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    }

    /** A request that is no correct upgrade, or no HTTP at all. */
    byte[] badRequest(int port) {
        String good = upgrade(port, random.nextBoolean());
        String path = new String[] {"/healthz", "/readyz", "/metrics", "/", "/ws", "//ws", "/ws/", "/internal/hooks"}
                [random.nextInt(8)];
        String head = " HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\n";
        String text = switch (random.nextInt(14)) {
            case 0 -> "POST " + path + head + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
            case 1 -> "POST " + path + head + "Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef";
            case 2 -> "POST " + path + head + "Transfer-Encoding: chunked\r\n\r\n" + "FFFFFFFFFFFFFFFF\r\nabc\r\n";
            case 3 ->
                "GET " + path + head
                        + ("X-" + random.nextInt(9) + ": " + "v".repeat(random.nextInt(3_000)) + "\r\n")
                                .repeat(random.nextInt(40))
                        + "\r\n";
            case 4 -> "GET /" + "p".repeat(random.nextInt(20_000)) + head + "\r\n";
            case 5 -> "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + latin(bytes(random.nextInt(60)));
            case 6 -> "GET " + path + " HTTP/" + random.nextInt(4) + "." + random.nextInt(4) + "\r\nHost: x\r\n\r\n";
            case 7 -> "POST " + path + head + "Content-Length: " + random.nextLong() + "\r\n\r\nabc";
            case 8 -> good.replace("13", Integer.toString(random.nextInt(300)));
            case 9 -> good.replace("\r\n", random.nextBoolean() ? "\n" : "\r");
            case 10 -> "GET " + path + head + "Expect: 100-continue\r\nConnection: close, Upgrade\r\n\r\n";
            case 11 -> ("GET " + path + head + "\r\n").repeat(1 + random.nextInt(20));
            case 12 -> latin(bytes(1 + random.nextInt(400)));
            default -> latin(mutated(good.getBytes(StandardCharsets.ISO_8859_1)));
        };
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private byte[] valid() {
        ClientFrame.Builder frame = ClientFrame.newBuilder();
        switch (random.nextInt(9)) {
            case 0 -> frame.setHeartbeatPing(HeartbeatPing.newBuilder().setTimestampMs(random.nextLong()));
            case 1 ->
                frame.setSend(SendMessage.newBuilder().setClientMsgId(id()).setConversationId("single:f1:f2"));
            case 2 ->
                frame.setSync(SyncRequest.newBuilder().setConversationId(id()).setLimit(random.nextInt()));
            case 3 -> frame.setRecall(Recall.newBuilder().setMsgId(id()).setConversationId("single:f1:f2"));
            case 4 ->
                frame.setDeliveryAck(DeliveryAck.newBuilder().addMsgIds(id()).setSeq(random.nextLong()));
            case 5 -> frame.setConversations(ListConversations.newBuilder().setLimit(random.nextInt()));
            default -> frame.setMessage(chat());
        }
        return frame.build().toByteArray();
    }

    private MessageRequest chat() {
        MessageRequest.Builder chat = MessageRequest.newBuilder()
                .setMsgId(id())
                .setMsgTypeValue(random.nextInt(20) == 0 ? random.nextInt() : random.nextInt(2))
                .setMsgBody(ByteString.copyFrom(bytes(random.nextInt(300))))
                .setTimestampMs(random.nextLong());
        if (chat.getMsgType() == MessageType.GROUP_CHAT) {
            chat.setGroupId(random.nextBoolean() ? "group-1" : id());
        }
        if (random.nextInt(4) > 0) {
            chat.setToUserId("f" + random.nextInt(60));
        }
        return chat.build();
    }

    private byte[] text() {
        String json = switch (random.nextInt(6)) {
            case 0 -> "{\"type\":\"ping\"}";
            case 1 -> "[".repeat(random.nextInt(2_000));
            case 2 -> "{\"a\":".repeat(random.nextInt(2_000));
            case 3 ->
                "{\"type\":\"send\",\"tempMessageId\":\"" + id() + "\",\"to\":\"f" + random.nextInt(60)
                        + "\",\"content\":\"\\ud800" + random.nextInt() + "\"}";
            case 4 -> "{\"type\":\"message\",\"n\":" + "9".repeat(1 + random.nextInt(400)) + "}";
            default ->
                "{\"type\":\"send\",\"tempMessageId\":\"" + id() + "\",\"toUserId\":\"f" + random.nextInt(60)
                        + "\",\"content\":\"" + "x".repeat(random.nextInt(300)) + "\"} {}";
        };
        return json.getBytes(StandardCharsets.UTF_8);
    }

    private String id() {
        return random.nextInt(8) == 0 ? latin(bytes(random.nextInt(200))) : "m" + random.nextInt(1_000_000);
    }

    private byte[] mutated(byte[] original) {
        byte[] bytes = original.length == 0 ? new byte[1] : original.clone();
        for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
            int at = random.nextInt(bytes.length);
            switch (random.nextInt(5)) {
                case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
                case 1 -> bytes[at] = (byte) random.nextInt();
                case 2 -> bytes = cut(bytes, Math.max(1, at));
                case 3 -> bytes = joined(cut(bytes, at), bytes(1 + random.nextInt(8)), tail(bytes, at));
                default -> bytes = joined(cut(bytes, at), tail(bytes, random.nextInt(bytes.length)));
            }
            bytes = bytes.length == 0 ? new byte[1] : bytes;
        }
        return bytes;
    }

    private byte[] fragments(byte[] payload) {
        int cut = random.nextInt(payload.length + 1);
        return joined(
                frame(BINARY, cut(payload, cut)),
                frame(0x80 | PING, bytes(3)),
                frame(0x80 | CONTINUATION, tail(payload, cut)));
    }

    private byte[] frame(int first, byte[] payload) {
        byte[] head = head(first, payload.length);
        byte[] frame = new byte[head.length + payload.length];
        System.arraycopy(head, 0, frame, 0, head.length);
        for (int i = 0; i < payload.length; i++) {
            frame[head.length + i] = (byte) (payload[i] ^ head[head.length - 4 + (i & 3)]);
        }
        return frame;
    }

    /** The head of a masked frame, whatever length it says. */
    private byte[] head(int first, long length) {
        ByteBuffer head = ByteBuffer.allocate(14).put((byte) first);
        if (length >= 0 && length < 126) {
            head.put((byte) (0x80 | length));
        } else if (length >= 0 && length < 65_536) {
            head.put((byte) (0x80 | 126)).putShort((short) length);
        } else {
            head.put((byte) (0x80 | 127)).putLong(length);
        }
        head.putInt(random.nextInt());
        return cut(head.array(), head.position());
    }

    private byte[] unmasked(byte[] payload) {
        return joined(new byte[] {(byte) 0x82, (byte) Math.min(125, payload.length)}, payload);
    }

    private byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    private static String latin(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static byte[] cut(byte[] bytes, int end) {
        return java.util.Arrays.copyOf(bytes, end);
    }

    private static byte[] tail(byte[] bytes, int from) {
        return java.util.Arrays.copyOfRange(bytes, from, bytes.length);
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }
}
