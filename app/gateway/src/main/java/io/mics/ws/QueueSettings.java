package io.mics.ws;

import io.mics.config.EnvironmentName;
import io.mics.config.Section;
import io.mics.config.SettingsReading;
import io.mics.config.SettingsSection;

/** What clients' messages may take in memory, received and to be sent. */
public final class QueueSettings {
    /** Bytes a frame may have beyond the message body in it. */
    public static final int FRAME_OVERHEAD_BYTES = 64 * 1024;

    private static final int MANY = Integer.MAX_VALUE;

    private QueueSettings() {}

    /**
     * The size of one message.
     *
     * @param maxMessageBytes bytes of one message body, inclusive; 0 is unlimited
     */
    public record Frames(int maxMessageBytes) {
        public static final SettingsSection<Frames> SECTION = SettingsSection.of(
                Frames.class,
                "",
                (s, reading) -> new Frames(s.integer("max-message-bytes", 1_048_576, 0, 1 << 30)),
                EnvironmentName.value("MAX_MESSAGE_BYTES", "max-message-bytes"));

        /** Bytes of the largest frame accepted. */
        public int maxFrameBytes() {
            return maxMessageBytes == 0 ? Integer.MAX_VALUE : maxMessageBytes + FRAME_OVERHEAD_BYTES;
        }
    }

    /**
     * Messages that have begun and are not handled yet.
     *
     * @param totalBytes bytes of them on the whole node; 0 is unlimited
     */
    public record Inbound(long totalBytes) {
        public static final SettingsSection<Inbound> SECTION = SettingsSection.of(
                Inbound.class,
                "inbound",
                (s, reading) -> new Inbound(
                        s.bytes("total-bytes", reading.heap() * 6 / 100, 0, Long.MAX_VALUE, reading.heap())),
                EnvironmentName.value("INBOUND_TOTAL_BYTES", "inbound.total-bytes"));
    }

    /**
     * What waits for a client's socket.
     *
     * @param frames     frames waiting for one connection; 0 is unlimited
     * @param bytes      bytes waiting for one connection, at least one maximal frame; 0 is unlimited
     * @param totalBytes bytes waiting on the whole node; 0 is unlimited
     */
    public record Outbound(int frames, long bytes, long totalBytes) {
        public static final SettingsSection<Outbound> SECTION =
                SettingsSection.of(Outbound.class, "outbound", Outbound::read);

        private static Outbound read(Section s, SettingsReading reading) {
            int message = reading.get(Frames.SECTION).maxMessageBytes();
            long bytes = s.bytes("bytes", 1L << 20, 0, Long.MAX_VALUE, reading.heap());
            long oneFrame = message == 0 ? 0 : (long) message + FRAME_OVERHEAD_BYTES;
            return new Outbound(
                    s.integer("frames", 256, 0, MANY),
                    bytes == 0 ? 0 : Math.max(bytes, oneFrame),
                    s.bytes("total-bytes", reading.heap() / 4, 0, Long.MAX_VALUE, reading.heap()));
        }
    }
}
