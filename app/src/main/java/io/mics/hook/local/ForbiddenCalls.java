package io.mics.hook.local;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Finds calls in a class file that would end the server or bring in native code. Looks at the names of the methods the
 * class refers to, method references included; what is called by reflection is not seen.
 */
final class ForbiddenCalls {
    private static final Map<String, Set<String>> FORBIDDEN = Map.of(
            "java/lang/System", Set.of("exit", "load", "loadLibrary"),
            "java/lang/Runtime", Set.of("exit", "halt", "load", "loadLibrary"));

    private static final int MAGIC = 0xCAFEBABE;
    private static final int TAG_UTF8 = 1;
    private static final int TAG_LONG = 5;
    private static final int TAG_DOUBLE = 6;
    private static final int TAG_CLASS = 7;
    private static final int TAG_METHOD = 10;
    private static final int TAG_NAME_AND_TYPE = 12;

    private final DataInputStream in;
    private final String[] texts;
    private final int[] first;
    private final int[] second;
    private final boolean[] methods;

    private ForbiddenCalls(DataInputStream in, int entries) {
        this.in = in;
        this.texts = new String[entries];
        this.first = new int[entries];
        this.second = new int[entries];
        this.methods = new boolean[entries];
    }

    /** The first forbidden method the class refers to, such as {@code System.exit}; nothing for what is no class. */
    static Optional<String> in(byte[] classFile) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(classFile))) {
            if (in.readInt() != MAGIC) {
                return Optional.empty();
            }
            in.skipNBytes(4); // the versions
            ForbiddenCalls pool = new ForbiddenCalls(in, in.readUnsignedShort());
            pool.read();
            return pool.find();
        } catch (IOException | IndexOutOfBoundsException malformed) {
            return Optional.empty(); // the JVM will not define it either
        }
    }

    private void read() throws IOException {
        for (int i = 1; i < texts.length; i++) {
            int tag = in.readUnsignedByte();
            switch (tag) {
                case TAG_UTF8 -> texts[i] = in.readUTF();
                case TAG_CLASS -> first[i] = in.readUnsignedShort();
                case TAG_METHOD, TAG_NAME_AND_TYPE -> {
                    first[i] = in.readUnsignedShort();
                    second[i] = in.readUnsignedShort();
                    methods[i] = tag == TAG_METHOD;
                }
                case TAG_LONG, TAG_DOUBLE -> {
                    in.skipNBytes(8);
                    i++; // these two take the place of two
                }
                default -> in.skipNBytes(size(tag));
            }
        }
    }

    /** The bytes of an entry in which nothing is looked for. */
    private static int size(int tag) throws IOException {
        return switch (tag) {
            case 8, 16, 19, 20 -> 2; // string, method type, module, package
            case 15 -> 3; // method handle
            case 3, 4, 9, 11, 17, 18 -> 4; // int, float, field, interface method, the two kinds of dynamic
            default -> throw new IOException("no entry has the tag " + tag);
        };
    }

    private Optional<String> find() {
        for (int i = 1; i < methods.length; i++) {
            if (methods[i]) {
                String owner = texts[first[first[i]]];
                String name = texts[first[second[i]]];
                if (owner != null && FORBIDDEN.getOrDefault(owner, Set.of()).contains(name)) {
                    return Optional.of(owner.substring(owner.lastIndexOf('/') + 1) + "." + name);
                }
            }
        }
        return Optional.empty();
    }
}
