/**
 * From credentials to a principal. Asks the tenant's {@code /auth} hook and never decides by itself; runs on the
 * connecting client's own virtual thread.
 */
@NullMarked
package io.mics.auth;

import org.jspecify.annotations.NullMarked;
