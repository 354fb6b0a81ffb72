package io.mics.observe.log;

import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;

/** A process that prints which levels loggers of libraries have while settings change. */
public final class ChangedLevels {
    private static final String BYTES = "io.helidon.webserver.grpc.GrpcProtocolHandler";
    private static final String REDIS = "io.lettuce.core";

    private ChangedLevels() {}

    /** Prints them. */
    public static void main(String[] args) {
        Logger bytes = Logger.getLogger(BYTES);
        Logger redis = Logger.getLogger(REDIS);
        LogSetup.install("node-1", naming(Map.of(REDIS, LogSettings.Level.DEBUG)));
        LogSetup.quiet(bytes, Level.OFF);
        LogSetup.quiet(redis, Level.SEVERE);
        print("started", bytes, redis);
        LogSetup.apply(naming(Map.of(BYTES, LogSettings.Level.WARN)));
        print("renamed", bytes, redis);
        LogSetup.apply(naming(Map.of()));
        print("unnamed", bytes, redis);
    }

    private static LogSettings naming(Map<String, LogSettings.Level> levels) {
        return new LogSettings(LogSettings.Format.JSON, LogSettings.Level.INFO, levels);
    }

    private static void print(String when, Logger bytes, Logger redis) {
        System.out.println(when + " " + bytes.getLevel() + " " + redis.getLevel());
    }
}
