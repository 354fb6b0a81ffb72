package io.mics.testing.gateway;

import io.helidon.webserver.http.HttpRouting;
import io.mics.listener.ListenSettings;
import io.mics.listener.Listener;
import io.mics.listener.Protocol;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** A process with one HTTP port and no bound of its own but the system's. */
public final class BoundlessPort {
    private static final Duration LONG = Duration.ofMinutes(5);

    private BoundlessPort() {}

    /** Listens, until it is killed, on the port that the file names. */
    public static void main(String[] args) throws IOException {
        String file = Files.readString(Path.of(args[1]).resolve("mics.yaml"));
        int port = Integer.parseInt(file.lines().findFirst().orElseThrow().substring("port: ".length()));
        ListenSettings.Bounds bounds = new ListenSettings.Bounds(Integer.MAX_VALUE, LONG, LONG, LONG, 1 << 20);
        Listener.open(
                ListenSettings.http("boundless", "127.0.0.1", port, new ListenSettings.Setting("port", "PORT"), bounds),
                Protocol.http1(HttpRouting.builder().any("/*", (request, response) -> response.send("here"))),
                TestPorts.ports());
        System.out.println("listening");
    }
}
