package io.mics.node;

import io.mics.admin.AdminAuthenticator;
import io.mics.admin.AdminPageGuard;
import io.mics.console.PlaygroundGuard;
import io.mics.console.PlaygroundPage;
import io.mics.console.PlaygroundQueries;
import io.mics.console.PlaygroundSettings;
import io.mics.node.settings.NodeConfig;
import io.mics.tenant.TenantConfig;
import java.util.List;

/** The page, where it is served: on the public port while the playground is open, under {@code /internal} when on. */
final class PlaygroundPages {
    private PlaygroundPages() {}

    /** The page of the playground. */
    static PlaygroundPage ofPlayground(Foundation foundation) {
        return new PlaygroundPage(
                "/",
                new PlaygroundGuard(
                        () -> foundation.running().tenants().playground(),
                        foundation.config().get(PlaygroundSettings.SECTION)::publicAccess),
                queries(foundation, false));
    }

    /** The page that whoever {@code authenticator} admits may switch on, where clients are served. */
    static PlaygroundPage forOperators(Foundation foundation, AdminAuthenticator authenticator) {
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
                queries(foundation, apart));
    }

    /** {@code apart}: the page is served on another port than clients. */
    private static PlaygroundQueries queries(Foundation foundation, boolean apart) {
        return new PlaygroundQueries(
                () -> chat(foundation.running(), apart ? foundation.endpoints().port() : 0),
                foundation.hooks().traces());
    }

    /** What there is to chat with; of configured tenants' groups nothing is known here. */
    private static PlaygroundQueries.About chat(NodeConfig running, int port) {
        boolean open = running.tenants().playground();
        return new PlaygroundQueries.About(
                open,
                running.tenants().all().stream().map(TenantConfig::id).sorted().toList(),
                open ? running.get(PlaygroundSettings.SECTION).groups().keySet() : List.of(),
                port);
    }
}
