package io.mics.admin;

import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.http.ServerResponse;
import jakarta.json.spi.JsonProvider;
import jakarta.json.stream.JsonGenerator;
import jakarta.json.stream.JsonGeneratorFactory;
import java.io.ByteArrayOutputStream;
import java.util.Map;
import java.util.function.Consumer;

/** Answers of one JSON object each. */
final class Json {
    private static final JsonGeneratorFactory GENERATORS =
            JsonProvider.provider().createGeneratorFactory(Map.of());

    private Json() {}

    /** Answers 200 with an object of what {@code content} writes. */
    static void send(ServerResponse response, Consumer<JsonGenerator> content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator out = GENERATORS.createGenerator(bytes)) {
            out.writeStartObject();
            content.accept(out);
            out.writeEnd();
        }
        response.header(HeaderNames.CONTENT_TYPE, "application/json").send(bytes.toByteArray());
    }

    /** Answers why not; {@code field} is the parameter that is wrong, or empty. */
    static void fail(ServerResponse response, Status status, String field, String error) {
        response.status(status);
        send(response, out -> {
            out.write("error", error);
            if (!field.isEmpty()) {
                out.write("field", field);
            }
        });
    }
}
