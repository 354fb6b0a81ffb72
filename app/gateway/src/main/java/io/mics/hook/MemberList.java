package io.mics.hook;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import com.google.protobuf.WireFormat;
import io.mics.proto.hook.v1.GetGroupMembersResponse;
import io.mics.proto.hook.v1.HookMeta;
import io.mics.protocol.HashedIds;
import io.mics.protocol.IdForm;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.Objects;
import java.util.RandomAccess;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The distinct members of a group, as bytes: the backend's own answer, from which all else was taken out. A member
 * becomes a string when it is asked for, so that a list of 200 000 costs its answer and half a byte for each.
 *
 * <p>Room for it is taken before it is asked for ({@link MemberListMemory}), so that nothing of unknown size waits for
 * room in memory.
 */
final class MemberList extends AbstractList<String> implements RandomAccess, HashedIds {
    /** So many are looked at between two moments at which other threads may run. */
    static final int AT_ONCE = 256;

    private static final int MEMBER = tag(GetGroupMembersResponse.USER_IDS_FIELD_NUMBER);
    private static final byte[] NOTHING = {};
    /** Enough for the number of every byte of an answer of 16 MiB. */
    private static final int AT_BITS = 24;

    private static final int AT_MASK = (1 << AT_BITS) - 1;
    private static final int META = tag(GetGroupMembersResponse.META_FIELD_NUMBER);
    private static final VarHandle WORDS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    /** Secret to the process: a backend cannot choose members that collide. */
    private static final long KEY = ThreadLocalRandom.current().nextLong() | 1;
    /** Of so many members it is noted where one stands. */
    private static final int STEP = 8;

    /** The length of the first member, its bytes, the length of the second, and so on. */
    private byte[] members;
    /** Where the length of every {@link #STEP}th stands. */
    private final int[] at;

    private int size;
    private final int skipped;

    /** An answer that was read once: well-formed, not yet made a list. */
    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    record Answer(byte[] bytes, HookMeta meta, int members) {
        /** Bytes the list keeps while it lives. */
        long weight() {
            return bytes.length + 4L * (members / STEP + 1);
        }

        /** Bytes it takes besides while it is made. */
        long weightOfMaking() {
            return 4L * slots();
        }

        /** How many slots it takes to find members that come twice: at most half of them become full. */
        int slots() {
            return Integer.highestOneBit(Math.max(1, members)) << 2;
        }
    }

    /** Called every {@link #AT_ONCE} members, for others to have their turn. */
    @FunctionalInterface
    interface Pause {
        /** The caller may go on when it returns. */
        void next() throws InterruptedException;
    }

    private MemberList(byte[] members, int[] at, int size, int skipped) {
        this.members = members;
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
    static Answer read(byte[] answer, Pause pause) throws InvalidProtocolBufferException, InterruptedException {
        HookMeta meta = HookMeta.getDefaultInstance();
        int members = 0;
        CodedInputStream in = CodedInputStream.newInstance(answer);
        try {
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                if (tag == MEMBER) {
                    skipText(answer, in);
                    if (++members % AT_ONCE == 0) {
                        pause.next();
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

    /**
     * The members of an answer whose ids are of this form, each once, in its order: nobody else can connect. The bytes
     * of the answer become those of the list.
     *
     * @param slots at least {@link Answer#slots}, all 0; what is in them afterwards means nothing
     */
    static MemberList of(Answer answer, IdForm ids, int[] slots, Pause pause) throws InterruptedException {
        byte[] bytes = answer.bytes();
        if (bytes.length > AT_MASK + 1) {
            throw new IllegalArgumentException("an answer of " + bytes.length + " bytes");
        }
        int mask = answer.slots() - 1;
        int[] at = new int[answer.members() / STEP + 1];
        int size = 0;
        int skipped = 0;
        int looked = 0;
        int end = 0;
        CodedInputStream in = CodedInputStream.newInstance(bytes);
        try {
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                int from = in.getTotalBytesRead();
                if (!in.skipField(tag) || tag != MEMBER) {
                    continue;
                }
                if (++looked % AT_ONCE == 0) {
                    pause.next();
                }
                int to = in.getTotalBytesRead();
                int start = start(bytes, from);
                if (!ids.allows(bytes, start, to - start)) {
                    skipped++;
                } else if (isNew(bytes, start, to, end, slots, mask)) {
                    // what was read is not read again: the next begins behind it
                    System.arraycopy(bytes, from, bytes, end, to - from);
                    if (size % STEP == 0) {
                        at[size / STEP] = end;
                    }
                    size++;
                    end += to - from;
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException("it was well-formed before", e);
        }
        return new MemberList(bytes, at, size, skipped);
    }

    /**
     * Whether none of those that were entered has these bytes; they are then entered as standing at {@code at}. Beside
     * where it stands, a slot has some of the hash: most others are known to differ without a look at their bytes.
     */
    private static boolean isNew(byte[] bytes, int start, int end, int at, int[] slots, int mask) {
        long hash = hash(bytes, start, end - start);
        int part = (int) hash << AT_BITS;
        for (int slot = (int) (hash >>> 32) & mask; ; slot = slot + 1 & mask) {
            int found = slots[slot];
            if (found == 0) {
                slots[slot] = part | at + 1;
                return true;
            }
            if ((found ^ part) >>> AT_BITS != 0) {
                continue;
            }
            int entered = (found & AT_MASK) - 1;
            int otherStart = start(bytes, entered);
            if (Arrays.equals(bytes, start, end, bytes, otherStart, otherStart + length(bytes, entered))) {
                return false;
            }
        }
    }

    private static long hash(byte[] bytes, int from, int length) {
        long hash = length * KEY;
        int at = from;
        int end = from + length;
        for (; at + Long.BYTES <= end; at += Long.BYTES) {
            hash = mix(hash ^ (long) WORDS.get(bytes, at));
        }
        for (; at < end; at++) {
            hash = mix(hash ^ bytes[at]);
        }
        return mix(hash);
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

    /** Where the length of a member stands. */
    private int position(int index) {
        int position = at[index / STEP];
        for (int left = index % STEP; left > 0; left--) {
            position = start(members, position) + length(members, position);
        }
        return position;
    }

    private static String text(byte[] bytes, int position) {
        return new String(bytes, start(bytes, position), length(bytes, position), StandardCharsets.UTF_8);
    }

    /** It is no longer used, and empty from now on; returns the bytes it had. */
    byte[] end() {
        byte[] had = members;
        members = NOTHING;
        size = 0;
        return had;
    }

    @Override
    public void hashCodes(int from, int to, int[] into) {
        int position = position(from);
        for (int i = from; i < to; i++) {
            int start = start(members, position);
            int end = start + length(members, position);
            into[i - from] = hashCode(position, start, end);
            position = end;
        }
    }

    private int hashCode(int position, int start, int end) {
        int hash = 0;
        for (int i = start; i < end; i++) {
            if (members[i] < 0) {
                return text(members, position).hashCode();
            }
            hash = 31 * hash + members[i];
        }
        return hash;
    }

    @Override
    public String get(int index) {
        return text(members, position(Objects.checkIndex(index, size)));
    }

    @Override
    public int size() {
        return size;
    }
}
