package io.mics.console;

import io.mics.observe.TraceBuffer;
import jakarta.json.spi.JsonProvider;
import jakarta.json.stream.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** What the page asks the server beside its WebSocket, answered as JSON. Safe on any thread. */
public final class PlaygroundQueries {
    private static final JsonProvider PROVIDER = JsonProvider.provider();

    private final Supplier<About> about;
    private final TraceBuffer traces;

    /**
     * What there is to chat with.
     *
     * @param playground whether they are the built-in tenants, whose tokens are {@code valid:{user}}
     * @param tenants    ids to offer
     * @param durable    those of them whose messages are stored
     * @param note       why the playground's durable tenant is not among them; empty where it is
     * @param groups     ids to offer
     * @param port       where clients connect; 0 is the port of the page
     */
    public record About(
            boolean playground,
            List<String> tenants,
            List<String> durable,
            String note,
            Collection<String> groups,
            int port) {}

    /** Answers from what {@code about} says now and what {@code traces} remembers of messages. */
    public PlaygroundQueries(Supplier<About> about, TraceBuffer traces) {
        this.about = about;
        this.traces = traces;
    }

    byte[] about() {
        About now = about.get();
        return json(out -> {
            out.write("playground", now.playground()).write("port", now.port()).writeStartArray("tenants");
            now.tenants().forEach(out::write);
            out.writeEnd().writeStartArray("durable");
            now.durable().forEach(out::write);
            out.writeEnd().write("note", now.note()).writeStartArray("groups");
            now.groups().forEach(out::write);
            out.writeEnd();
        });
    }

    /** What happened to a message of one of the tenants; no step when nothing is remembered of it. */
    byte[] explain(String tenant, String msgId) {
        boolean known = about.get().tenants().contains(tenant);
        return json(out -> {
            out.write("reach", known ? traces.reach(tenant, msgId) : "").writeStartArray("steps");
            for (TraceBuffer.Step step : known ? traces.of(tenant, msgId) : List.<TraceBuffer.Step>of()) {
                out.writeStartObject()
                        .write("at", Instant.ofEpochMilli(step.atMs()).toString())
                        .write("what", step.what())
                        .write("who", step.who())
                        .write("detail", step.detail())
                        .writeEnd();
            }
            out.writeEnd();
        });
    }

    private static byte[] json(Consumer<JsonGenerator> fields) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        try (JsonGenerator out = PROVIDER.createGenerator(bytes)) {
            out.writeStartObject();
            fields.accept(out);
            out.writeEnd();
        }
        return bytes.toByteArray();
    }
}
