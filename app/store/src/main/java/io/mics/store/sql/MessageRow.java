package io.mics.store.sql;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.UnsafeByteOperations;
import io.mics.protocol.ConversationRef;
import io.mics.protocol.StoredMessage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A row of {@code messages} as a message. */
public final class MessageRow {
    private static final String[] COLUMNS = {
        "seq",
        "message_id",
        "sender",
        "device",
        "client_msg_id",
        "content_type",
        "body",
        "headers",
        "created_ms",
        "edited_ms",
        "version",
        "recalled_ms"
    };

    /** How many columns a message takes. */
    public static final int WIDTH = COLUMNS.length;

    private MessageRow() {}

    /** The columns of a message, each behind {@code alias}, such as {@code "m."}. */
    public static String columns(String alias) {
        return alias + String.join(", " + alias, COLUMNS);
    }

    /** The message whose columns begin at {@code from}. */
    public static StoredMessage read(ResultSet row, int from, ConversationRef conversation) throws SQLException {
        return new StoredMessage(
                conversation,
                row.getLong(from),
                row.getLong(from + 1),
                row.getString(from + 2),
                row.getString(from + 3),
                row.getString(from + 4),
                row.getString(from + 5),
                body(row.getBytes(from + 6)),
                headers(row.getBytes(from + 7)),
                row.getLong(from + 8),
                row.getLong(from + 9),
                row.getInt(from + 10),
                row.getLong(from + 11));
    }

    private static ByteString body(byte @Nullable [] bytes) {
        return bytes == null ? ByteString.EMPTY : UnsafeByteOperations.unsafeWrap(bytes);
    }

    /** Headers as they are stored: names and values in turn, each with its length; null when there are none. */
    public static byte @Nullable [] headers(Map<String, String> headers) {
        if (headers.isEmpty()) {
            return null;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        try {
            for (Map.Entry<String, String> header : new TreeMap<>(headers).entrySet()) {
                out.writeStringNoTag(header.getKey());
                out.writeStringNoTag(header.getValue());
            }
            out.flush();
        } catch (IOException e) { // into memory
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static Map<String, String> headers(byte @Nullable [] bytes) throws SQLException {
        if (bytes == null) {
            return Map.of();
        }
        Map<String, String> headers = new TreeMap<>();
        CodedInputStream in = CodedInputStream.newInstance(bytes);
        try {
            while (!in.isAtEnd()) {
                String name = in.readString();
                headers.put(name, in.readString());
            }
        } catch (IOException e) {
            throw new SQLException("headers of a message cannot be read", e);
        }
        return headers;
    }
}
