package io.mics.loadtest.gatling;

import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** What one run is given: a simulation and its {@code key=value} parameters, all of which have a default. */
record Settings(
        Scene scene,
        String url,
        String tenantId,
        int connections,
        int rampSeconds,
        int durationSeconds,
        double sendQpsPerConn,
        int payloadBytes,
        String groupId,
        int members,
        int awaySeconds) {

    private static Map<String, String> defaults(Scene scene) {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("url", "ws://127.0.0.1:8080/ws");
        values.put("tenantId", "playground");
        values.put("connections", scene == Scene.GROUP_CHAT ? "5" : "50");
        values.put("rampSeconds", "2");
        values.put("durationSeconds", "20");
        values.put("sendQpsPerConn", "1");
        values.put("payloadBytes", "128");
        values.put("groupId", "group-1");
        values.put("members", "3");
        values.put("awaySeconds", "2");
        return values;
    }

    /** Reads a command line; throws {@link IllegalArgumentException} with a sentence for the user. */
    static Settings parse(String[] args) {
        if (args.length == 0) {
            throw new IllegalArgumentException("which simulation? one of " + Scene.names());
        }
        Scene scene = Scene.named(args[0]);
        Map<String, String> values = defaults(scene);
        for (int i = 1; i < args.length; i++) {
            int equals = args[i].indexOf('=');
            if (equals < 0 || values.replace(args[i].substring(0, equals), args[i].substring(equals + 1)) == null) {
                throw new IllegalArgumentException(args[i] + ": not key=value with one of " + values.keySet());
            }
        }
        return new Settings(
                scene,
                URI.create(text(values, "url")).toString(),
                text(values, "tenantId"),
                number(values, "connections", 1),
                number(values, "rampSeconds", 0),
                number(values, "durationSeconds", 1),
                rate(text(values, "sendQpsPerConn")),
                number(values, "payloadBytes", 0),
                text(values, "groupId"),
                number(values, "members", 1),
                number(values, "awaySeconds", 0));
    }

    /** The time from one frame of a connection to its next. */
    Duration interval() {
        return Duration.ofNanos(Math.round(1e9 / sendQpsPerConn));
    }

    /** How often one message must arrive. */
    int recipients() {
        return scene == Scene.GROUP_CHAT ? members : 1;
    }

    /** Users who only receive: one for each sender, or every member of the group. */
    int receivers() {
        return switch (scene) {
            case CONNECT, HEARTBEAT -> 0;
            case SINGLE_CHAT, OFFLINE, DURABLE_CHAT, OFFLINE_RETURN -> connections;
            case GROUP_CHAT -> members;
        };
    }

    private static int number(Map<String, String> values, String key, int least) {
        int number = Integer.parseInt(text(values, key));
        if (number < least) {
            throw new IllegalArgumentException(key + ": at least " + least);
        }
        return number;
    }

    private static double rate(String text) {
        double rate = Double.parseDouble(text);
        if (!(rate >= 0.1 && rate <= 1000)) {
            throw new IllegalArgumentException("sendQpsPerConn: 0.1 to 1000");
        }
        return rate;
    }

    private static String text(Map<String, String> values, String key) {
        return values.getOrDefault(key, "");
    }
}
