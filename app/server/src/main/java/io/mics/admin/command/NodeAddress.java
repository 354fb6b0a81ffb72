package io.mics.admin.command;

import io.mics.admin.terminal.Terminal;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Which node a command asks. */
final class NodeAddress {
    /** The internal port of a node with a Redis, and the one port of a node without. */
    private static final List<URI> USUAL =
            List.of(URI.create("http://127.0.0.1:9091"), URI.create("http://127.0.0.1:8080"));

    private static final int LAST_PORT = 65_535;

    @Option(
            names = "--url",
            paramLabel = "URL",
            description = {
                "the node's internal port (ADMIN_URL, else http://127.0.0.1:9091 and, where nothing listens there,"
                        + " http://127.0.0.1:8080)",
                "The admin token, where the node has one, is read from ADMIN_TOKEN."
            })
    private Optional<String> url = Optional.empty();

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec = CommandSpec.create();

    /** Asks it; throws where the URL is none. */
    NodeClient client(Terminal terminal) {
        Optional<String> named =
                url.or(() -> Optional.ofNullable(terminal.environment().get("ADMIN_URL")));
        return new NodeClient(terminal, named.map(this::read).map(List::of).orElse(USUAL));
    }

    private URI read(String text) {
        try {
            URI uri = URI.create(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
            boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            boolean bare = uri.getRawPath().isEmpty() && uri.getRawQuery() == null && uri.getRawUserInfo() == null;
            if (http && uri.getHost() != null && uri.getPort() <= LAST_PORT && bare) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            // said below
        }
        throw new ParameterException(spec.commandLine(), "--url: http://host:port or https://host:port, not " + text);
    }
}
