/**
 * From credentials to a principal: asks the entry hooks, the tenant's {@code /auth} and the login hooks, in this
 * order, and never decides by itself. Runs on the connection's {@code session-opener} thread, which blocks until they
 * answered.
 */
@NullMarked
package io.mics.auth;

import org.jspecify.annotations.NullMarked;
