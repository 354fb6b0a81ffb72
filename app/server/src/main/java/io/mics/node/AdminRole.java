package io.mics.node;

import io.mics.admin.AdminApi;
import io.mics.admin.AdminAuthenticator;
import io.mics.admin.AdminSettings;
import io.mics.node.hooks.HookPlatform;
import io.mics.tenant.Tenants;
import java.util.Optional;

/** Answers operators under {@code /internal}: hooks, dead letters, what became of a message, and the page. */
final class AdminRole {
    private AdminRole() {}

    /** Adds it to the ports; {@code gateway} where this node serves clients, too. */
    static void start(Foundation foundation, Optional<GatewayRole> gateway) {
        Tenants tenants = foundation.tenants();
        HookPlatform hooks = foundation.hooks();
        AdminAuthenticator authenticator = new AdminAuthenticator(
                foundation.config().get(AdminSettings.SECTION).adminToken());
        foundation
                .endpoints()
                .serveOperators(new AdminApi(
                        authenticator,
                        hooks.deadLetters(),
                        hooks.traces(),
                        foundation.config().nodeId(),
                        id -> tenants.find(id).isPresent(),
                        hooks.api(tenants),
                        PlaygroundPages.forOperators(
                                foundation, authenticator, () -> gateway.flatMap(GatewayRole::durableProblem)),
                        gateway.flatMap(GatewayRole::groups)));
    }
}
