package io.mics.node;

import io.mics.admin.AdminAuthenticator;
import io.mics.admin.AdminPageGuard;
import io.mics.console.PlaygroundGuard;
import io.mics.console.PlaygroundPage;
import io.mics.console.PlaygroundQueries;
import io.mics.console.PlaygroundSettings;
import io.mics.node.settings.NodeConfig;
import io.mics.tenant.TenantConfig;
import io.mics.tenant.TenantReader;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** The page, where it is served: on the public port while the playground is open, under {@code /internal} when on. */
final class PlaygroundPages {
    private PlaygroundPages() {}

    /** The page of the playground; {@code problem} says why its durable tenant cannot be served, if so. */
    static PlaygroundPage ofPlayground(Foundation foundation, Supplier<Optional<String>> problem) {
        return new PlaygroundPage(
                "/",
                new PlaygroundGuard(
                        () -> foundation.running().tenants().playground(),
                        foundation.config().get(PlaygroundSettings.SECTION)::publicAccess),
                queries(foundation, problem, false));
    }

    /** The page that whoever {@code authenticator} admits may switch on, where clients are served. */
    static PlaygroundPage forOperators(
            Foundation foundation, AdminAuthenticator authenticator, Supplier<Optional<String>> problem) {
        boolean apart = foundation.config().node().internalPort()
                != foundation.config().node().port();
        return new PlaygroundPage(
                "/playground",
                new AdminPageGuard(
                        authenticator,
                        () -> foundation.endpoints().port() != 0
                                && foundation
                                        .running()
                                        .get(PlaygroundSettings.SECTION)
                                        .page()),
                queries(foundation, problem, apart));
    }

    /** {@code apart}: the page is served on another port than clients. */
    private static PlaygroundQueries queries(Foundation foundation, Supplier<Optional<String>> problem, boolean apart) {
        return new PlaygroundQueries(
                () -> chat(
                        foundation.running(),
                        problem.get(),
                        apart ? foundation.endpoints().port() : 0),
                foundation.hooks().traces());
    }

    /** What there is to chat with; of configured tenants' groups nothing is known here. */
    private static PlaygroundQueries.About chat(NodeConfig running, Optional<String> problem, int port) {
        boolean open = running.tenants().playground();
        List<TenantConfig> offered = running.tenants().all().stream()
                .filter(tenant -> problem.isEmpty() || !tenant.id().equals(TenantReader.PLAYGROUND_DURABLE))
                .sorted(Comparator.comparing(TenantConfig::id))
                .toList();
        return new PlaygroundQueries.About(
                open,
                offered.stream().map(TenantConfig::id).toList(),
                offered.stream()
                        .filter(tenant -> tenant.settings().isDurable())
                        .map(TenantConfig::id)
                        .toList(),
                open ? problem.orElse("") : "",
                open ? running.get(PlaygroundSettings.SECTION).groups().keySet() : List.of(),
                port);
    }
}
