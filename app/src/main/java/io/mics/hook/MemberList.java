package io.mics.hook;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import com.google.protobuf.WireFormat;
import io.mics.concurrent.Turns;
import io.mics.proto.hook.v1.GetGroupMembersResponse;
import io.mics.proto.hook.v1.HookMeta;
import io.mics.protocol.IdForm;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.RandomAccess;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The distinct members of a group, as bytes: the backend's answer itself and where in it each member stands. A member
 * becomes a string when it is asked for, so that a list of 200 000 costs its answer and four bytes for each.
 */
final class MemberList extends AbstractList<String> implements RandomAccess {
    private static final int MEMBER = tag(GetGroupMembersResponse.USER_IDS_FIELD_NUMBER);
    private static final int META = tag(GetGroupMembersResponse.META_FIELD_NUMBER);
    /** So many are read between two moments at which other threads may run. */
    private static final int AT_ONCE = 2_048;

    private static final VarHandle WORDS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    /** Secret to the process: a backend cannot choose members that collide. */
    private static final long KEY = ThreadLocalRandom.current().nextLong() | 1;

    private final byte[] answer;
    /** Where the length of each member stands. */
    private final int[] at;

    private final int size;
    private final int skipped;

    /** An answer that was read once: well-formed, not yet indexed. */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    record Answer(byte[] bytes, HookMeta meta, int members) {
        /** Bytes the list keeps while it lives. */
        long weight() {
            return bytes.length + 4L * members;
        }

        /** Bytes it takes besides while it is made. */
        long weightOfMaking() {
            return 4L * slots(members);
        }
    }

    private MemberList(byte[] answer, int[] at, int size, int skipped) {
        this.answer = answer;
        this.at = at;
        this.size = size;
        this.skipped = skipped;
    }

    /** Members that no user can be, by their ids; they are not in the list. */
    int skipped() {
        return skipped;
    }

    private static int tag(int field) {
        return field << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;
    }

    /** Reads a {@link GetGroupMembersResponse} without keeping anything but its bytes. */
    static Answer read(byte[] answer) throws InvalidProtocolBufferException {
        HookMeta meta = HookMeta.getDefaultInstance();
        int members = 0;
        CodedInputStream in = CodedInputStream.newInstance(answer);
        try {
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                if (tag == MEMBER) {
                    skipText(answer, in);
                    if (++members % AT_ONCE == 0) {
                        Turns.letOthersRun();
                    }
                } else if (tag == META) {
                    meta = HookMeta.parseFrom(in.readByteArray());
                } else if (!in.skipField(tag)) {
                    throw new InvalidProtocolBufferException("a group ends that did not begin");
                }
            }
            return new Answer(answer, meta, members);
        } catch (InvalidProtocolBufferException e) {
            throw e;
        } catch (IOException e) {
            throw new InvalidProtocolBufferException(e);
        }
    }

    private static void skipText(byte[] answer, CodedInputStream in) throws IOException {
        int length = in.readRawVarint32();
        int from = in.getTotalBytesRead();
        in.skipRawBytes(length);
        for (int i = from; i < from + length; i++) {
            if (answer[i] < 0) {
                ByteString text = UnsafeByteOperations.unsafeWrap(answer, from, length);
                if (!text.isValidUtf8()) {
                    throw new InvalidProtocolBufferException("a member is not UTF-8");
                }
                return;
            }
        }
    }

    /** The members of an answer whose ids are of this form, each once, in its order: nobody else can connect. */
    static MemberList of(Answer answer, IdForm ids) {
        byte[] bytes = answer.bytes();
        int[] at = new int[answer.members()];
        int[] slots = new int[slots(answer.members())];
        int size = 0;
        int skipped = 0;
        CodedInputStream in = CodedInputStream.newInstance(bytes);
        try {
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                int from = in.getTotalBytesRead();
                boolean field = in.skipField(tag);
                if (field && tag == MEMBER && !ids.allows(bytes, start(bytes, from), length(bytes, from))) {
                    skipped++;
                } else if (field && tag == MEMBER && isNew(bytes, from, at, size, slots)) {
                    at[size++] = from;
                    if (size % AT_ONCE == 0) {
                        Turns.letOthersRun();
                    }
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException("it was well-formed before", e);
        }
        return new MemberList(bytes, size == at.length ? at : Arrays.copyOf(at, size), size, skipped);
    }

    /** At most half full. */
    private static int slots(int members) {
        return Integer.highestOneBit(Math.max(1, members)) << 2;
    }

    /** Whether the member at {@code from} is none of the first {@code size}; it is then entered as the next. */
    private static boolean isNew(byte[] bytes, int from, int[] at, int size, int[] slots) {
        int mask = slots.length - 1;
        int start = start(bytes, from);
        int length = length(bytes, from);
        for (int slot = hash(bytes, start, length) & mask; ; slot = slot + 1 & mask) {
            int entered = slots[slot];
            if (entered == 0) {
                slots[slot] = size + 1;
                return true;
            }
            int other = at[entered - 1];
            int otherStart = start(bytes, other);
            int otherEnd = otherStart + length(bytes, other);
            if (Arrays.equals(bytes, start, start + length, bytes, otherStart, otherEnd)) {
                return false;
            }
        }
    }

    private static int hash(byte[] bytes, int from, int length) {
        long hash = length * KEY;
        int at = from;
        int end = from + length;
        for (; at + Long.BYTES <= end; at += Long.BYTES) {
            hash = mix(hash ^ (long) WORDS.get(bytes, at));
        }
        for (; at < end; at++) {
            hash = mix(hash ^ bytes[at]);
        }
        return (int) (hash >>> 32);
    }

    private static long mix(long hash) {
        return (hash ^ hash >>> 31) * KEY;
    }

    /** The length that stands at {@code from}, as a varint. */
    private static int length(byte[] bytes, int from) {
        int length = 0;
        for (int i = from, shift = 0; ; i++, shift += 7) {
            length |= shift < Integer.SIZE ? (bytes[i] & 0x7f) << shift : 0;
            if (bytes[i] >= 0) {
                return length;
            }
        }
    }

    private static int start(byte[] bytes, int from) {
        int at = from;
        while (bytes[at] < 0) {
            at++;
        }
        return at + 1;
    }

    @Override
    public String get(int index) {
        int from = at[index];
        return new String(answer, start(answer, from), length(answer, from), StandardCharsets.UTF_8);
    }

    @Override
    public int size() {
        return size;
    }
}
