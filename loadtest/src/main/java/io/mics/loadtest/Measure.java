package io.mics.loadtest;

import java.io.IOException;

/**
 * The driver: runs one scenario against a server at a URL and prints its figures. Every message must be acknowledged
 * and delivered, exactly once and in order; else the exit code is 1 and the last line says what was wrong.
 */
public final class Measure {
    private static final String USAGE = """
            Measure relay  [pairs=100] [window=1] [body=128] [warmup=3] [seconds=5] [url=] [tenant=] [pid=]
            Measure fanout [members=1000] [window=1] [body=128] [warmup=3] [seconds=5] [url=] [tenant=] [pid=]
            Measure idle   [connections=5000] [url=] [tenant=] [pid=]
            Measure start  [runs=5] [url=] -- command to start the server
            Measure ready  [url=]""";

    private Measure() {}

    public static void main(String[] args) throws InterruptedException {
        try {
            Arguments arguments = new Arguments(args);
            Figures figures = new Figures();
            switch (arguments.scenario) {
                case "relay" -> Traffic.relay(arguments, figures);
                case "fanout" -> Traffic.fanOut(arguments, figures);
                case "idle" -> IdleConnections.measure(arguments, figures);
                case "start" -> ReadyTime.measure(arguments, figures);
                case "ready" -> awaitReady(arguments);
                default -> throw new IllegalArgumentException("no such scenario: " + arguments.scenario);
            }
        } catch (IllegalArgumentException wrong) {
            System.err.println(wrong.getMessage() + "\n" + USAGE);
            System.exit(64);
        } catch (IOException failed) {
            System.err.println("FAILED: " + failed.getMessage());
            System.exit(1);
        }
    }

    private static void awaitReady(Arguments arguments) throws IOException, InterruptedException {
        for (int i = 0; i < 600; i++) {
            if (ReadyTime.ready(arguments.url())) {
                return;
            }
            Thread.sleep(50);
        }
        throw new IOException("not ready within 30 s: " + arguments.url());
    }
}
