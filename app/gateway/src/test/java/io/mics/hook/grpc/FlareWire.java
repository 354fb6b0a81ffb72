package io.mics.hook.grpc;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** The wire of {@code flare.hooks.v1}, written from the table of field numbers alone: no generated class is used. */
final class FlareWire {
    private static final Shape TEXT = new Text();
    private static final Shape BYTES = new Bytes();
    private static final Shape NUMBER = new Numeric();
    private static final Shape TEXTS = new Texts();
    private static final Shape TIME = new Time();

    private static final Message STATUS =
            new Message(Map.of(1, field("code", NUMBER), 2, field("message", TEXT), 3, field("details", TEXTS)));
    private static final Message REQUEST_CONTEXT =
            new Message(Map.of(1, field("request_id", TEXT), 2, field("trace_id", TEXT), 3, field("span_id", TEXT)));
    private static final Message TENANT =
            new Message(Map.of(1, field("tenant_id", TEXT), 2, field("business_type", TEXT)));
    private static final Message CONTEXT = new Message(Map.of(
            1, field("tenant_id", TEXT),
            2, field("session_id", TEXT),
            3, field("session_type", TEXT),
            4, field("message_type", TEXT),
            5, field("sender_id", TEXT),
            6, field("trace_id", TEXT),
            7, field("tags", TEXTS),
            8, field("request_context", REQUEST_CONTEXT),
            9, field("tenant", TENANT),
            10, field("attributes", TEXTS)));
    private static final Message DRAFT = new Message(Map.of(
            1, field("message_id", TEXT),
            2, field("client_message_id", TEXT),
            3, field("conversation_id", TEXT),
            4, field("payload", BYTES),
            5, field("headers", TEXTS),
            6, field("metadata", TEXTS)));
    private static final Message RECORD = new Message(Map.of(
            1, field("message_id", TEXT),
            2, field("client_message_id", TEXT),
            3, field("conversation_id", TEXT),
            4, field("sender_id", TEXT),
            5, field("session_type", TEXT),
            6, field("message_type", TEXT),
            7, field("persisted_at", TIME),
            8, field("metadata", TEXTS)));
    private static final Message DELIVERY_EVENT = new Message(Map.of(
            1, field("message_id", TEXT),
            2, field("user_id", TEXT),
            3, field("channel", TEXT),
            4, field("delivered_at", TIME),
            5, field("metadata", TEXTS)));
    private static final Message RECALL_EVENT = new Message(Map.of(
            1, field("message_id", TEXT),
            2, field("operator_id", TEXT),
            3, field("recalled_at", TIME),
            4, field("metadata", TEXTS)));

    static final Message PRE_SEND_REQUEST = new Message(Map.of(1, field("context", CONTEXT), 2, field("draft", DRAFT)));
    static final Message PRE_SEND_RESPONSE = new Message(Map.of(
            1, field("allow", NUMBER), 2, field("draft", DRAFT), 3, field("status", STATUS), 4, field("tags", TEXTS)));
    static final Message POST_SEND_REQUEST =
            new Message(Map.of(1, field("context", CONTEXT), 2, field("record", RECORD), 3, field("draft", DRAFT)));
    static final Message DELIVERY_REQUEST =
            new Message(Map.of(1, field("context", CONTEXT), 2, field("event", DELIVERY_EVENT)));
    static final Message RECALL_REQUEST =
            new Message(Map.of(1, field("context", CONTEXT), 2, field("event", RECALL_EVENT)));
    static final Message NOTICE_RESPONSE = new Message(Map.of(1, field("success", NUMBER), 2, field("status", STATUS)));

    private FlareWire() {}

    /** A field's name and how its value is written. */
    record Field(String name, Shape shape) {}

    private static Field field(String name, Shape shape) {
        return new Field(name, shape);
    }

    /** How a field's value is written. */
    interface Shape {
        void read(Map<String, Object> into, String name, CodedInputStream in) throws IOException;

        void write(CodedOutputStream out, int number, Object value) throws IOException;
    }

    /** A message: its fields by their numbers. */
    record Message(Map<Integer, Field> fields) implements Shape {
        Map<String, Object> decode(byte[] bytes) throws IOException {
            Map<String, Object> values = new HashMap<>();
            CodedInputStream in = CodedInputStream.newInstance(bytes);
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                Field field = fields.get(WireFormat.getTagFieldNumber(tag));
                if (field == null) {
                    in.skipField(tag);
                } else {
                    field.shape().read(values, field.name(), in);
                }
            }
            return values;
        }

        byte[] encode(Map<?, ?> values) throws IOException {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            CodedOutputStream out = CodedOutputStream.newInstance(bytes);
            for (Map.Entry<Integer, Field> field : fields.entrySet()) {
                Object value = values.get(field.getValue().name());
                if (value != null) {
                    field.getValue().shape().write(out, field.getKey(), value);
                }
            }
            out.flush();
            return bytes.toByteArray();
        }

        @Override
        public void read(Map<String, Object> into, String name, CodedInputStream in) throws IOException {
            into.put(name, decode(in.readByteArray()));
        }

        @Override
        public void write(CodedOutputStream out, int number, Object value) throws IOException {
            out.writeByteArray(number, encode((Map<?, ?>) value));
        }
    }

    private record Text() implements Shape {
        @Override
        public void read(Map<String, Object> into, String name, CodedInputStream in) throws IOException {
            into.put(name, in.readStringRequireUtf8());
        }

        @Override
        public void write(CodedOutputStream out, int number, Object value) throws IOException {
            out.writeString(number, (String) value);
        }
    }

    private record Bytes() implements Shape {
        @Override
        public void read(Map<String, Object> into, String name, CodedInputStream in) throws IOException {
            into.put(name, in.readByteArray());
        }

        @Override
        public void write(CodedOutputStream out, int number, Object value) throws IOException {
            out.writeByteArray(number, (byte[]) value);
        }
    }

    /** An enum or a bool. */
    private record Numeric() implements Shape {
        @Override
        public void read(Map<String, Object> into, String name, CodedInputStream in) throws IOException {
            into.put(name, in.readInt32());
        }

        @Override
        public void write(CodedOutputStream out, int number, Object value) throws IOException {
            out.writeInt32(number, value instanceof Boolean truth ? truth ? 1 : 0 : (Integer) value);
        }
    }

    /** A map of texts: an entry each, with the key in field 1 and the value in field 2. */
    private record Texts() implements Shape {
        private static final Message ENTRY = new Message(Map.of(1, field("key", TEXT), 2, field("value", TEXT)));

        @Override
        @SuppressWarnings("unchecked") // what is under this name is such a map
        public void read(Map<String, Object> into, String name, CodedInputStream in) throws IOException {
            Map<String, Object> entry = ENTRY.decode(in.readByteArray());
            Map<String, Object> all = (Map<String, Object>) into.computeIfAbsent(name, n -> new HashMap<>());
            all.put((String) entry.getOrDefault("key", ""), entry.getOrDefault("value", ""));
        }

        @Override
        public void write(CodedOutputStream out, int number, Object value) throws IOException {
            for (Map.Entry<?, ?> entry : ((Map<?, ?>) value).entrySet()) {
                out.writeByteArray(number, ENTRY.encode(Map.of("key", entry.getKey(), "value", entry.getValue())));
            }
        }
    }

    /** A {@code google.protobuf.Timestamp}: seconds in field 1, nanoseconds in field 2. */
    private record Time() implements Shape {
        @Override
        public void read(Map<String, Object> into, String name, CodedInputStream in) throws IOException {
            CodedInputStream time = CodedInputStream.newInstance(in.readByteArray());
            long[] parts = new long[3];
            for (int tag = time.readTag(); tag != 0; tag = time.readTag()) {
                parts[WireFormat.getTagFieldNumber(tag)] = time.readInt64();
            }
            into.put(name, Instant.ofEpochSecond(parts[1], parts[2]).toString());
        }

        @Override
        public void write(CodedOutputStream out, int number, Object value) {
            throw new UnsupportedOperationException("no answer has a time");
        }
    }
}
