package io.mics.admin;

import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.mics.console.PageGuard;
import java.util.function.BooleanSupplier;

/**
 * Shows a page under {@code /internal} to those who may ask there: whoever shows the admin token, as Bearer or as the
 * password that a browser asks for (Basic), or, where none is set, a browser on this machine that somebody typed the
 * address into. While the page is off there is nothing else to see than anywhere under {@code /internal}.
 *
 * <p>A browser sends no Bearer of itself, and a login of our own would be one more session to guard. Browsers send a
 * password along with requests of other sites' pages, so it counts for the page and the two questions it asks alone,
 * which such pages cannot read; elsewhere it is refused, but not as a guess.
 *
 * @param on whether the page is served now
 */
public record AdminPageGuard(AdminAuthenticator authenticator, BooleanSupplier on) implements PageGuard {
    private static final String CHALLENGE =
            "Basic realm=\"MICS: any user name, the admin token as password\", charset=\"UTF-8\"";

    @Override
    public boolean admits(ServerRequest request, ServerResponse response) {
        if (on.getAsBoolean()) {
            return AdminApi.isAdmitted(authenticator.decideOnPage(request), CHALLENGE, response);
        }
        response.next();
        return false;
    }
}
