package io.mics.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** An OpenTelemetry collector that keeps what it is sent. */
public final class SpanCollector implements AutoCloseable {
    private final HttpServer http;
    private final List<ResourceSpans> taken = new CopyOnWriteArrayList<>();

    public SpanCollector() throws IOException {
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.createContext("/v1/traces", this::take);
        http.start();
    }

    private void take(HttpExchange exchange) throws IOException {
        try (exchange) {
            taken.addAll(ExportTraceServiceRequest.parseFrom(exchange.getRequestBody())
                    .getResourceSpansList());
            exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
            exchange.sendResponseHeaders(200, -1);
        }
    }

    /** What is configured to send here. */
    public String endpoint() {
        return "http://127.0.0.1:" + http.getAddress().getPort();
    }

    /** The spans so far, in the order they came. */
    public List<Span> spans() {
        return taken.stream()
                .flatMap(of -> of.getScopeSpansList().stream())
                .flatMap(scope -> scope.getSpansList().stream())
                .toList();
    }

    /** What the senders call themselves. */
    public List<String> resources() {
        return taken.stream()
                .flatMap(of -> of.getResource().getAttributesList().stream())
                .map(attribute -> attribute.getValue().getStringValue())
                .toList();
    }

    @Override
    public void close() {
        http.stop(0);
    }
}
