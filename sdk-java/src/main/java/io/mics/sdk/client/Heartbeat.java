package io.mics.sdk.client;

import io.mics.proto.message.v1.ClientFrame;
import io.mics.proto.message.v1.HeartbeatPing;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Keeps one connection alive and notices when it is not: a ping every interval, and the end after two intervals and a
 * half in which nothing at all came in.
 */
final class Heartbeat {
    private final Connection connection;
    private final FrameWriter writer;
    private final long intervalNanos;
    private final Future<?> timer;

    Heartbeat(ScheduledExecutorService loop, Connection connection, FrameWriter writer, Duration interval) {
        this.connection = connection;
        this.writer = writer;
        this.intervalNanos = interval.toNanos();
        this.timer = loop.scheduleAtFixedRate(this::beat, intervalNanos, intervalNanos, TimeUnit.NANOSECONDS);
    }

    void stop() {
        timer.cancel(false);
    }

    private void beat() {
        if (connection.silentNanos() > intervalNanos * 5 / 2) {
            connection.fail(CloseCodes.BROKEN, "no answer to heartbeats");
            return;
        }
        HeartbeatPing ping = HeartbeatPing.newBuilder()
                .setTimestampMs(System.currentTimeMillis())
                .build();
        writer.write(ClientFrame.newBuilder().setHeartbeatPing(ping).build().toByteArray());
    }
}
