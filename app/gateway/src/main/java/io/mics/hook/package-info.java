/**
 * Calls of a tenant's backend: what is asked and answered, signing, and the policy per tenant and operation (deadline,
 * permits, breaker, meters). Never decides what a message does next and never lets one tenant's backend slow another's
 * calls. Runs on the caller's thread, which blocks until the answer or the deadline; only the HTTP transport forks.
 */
@NullMarked
package io.mics.hook;

import org.jspecify.annotations.NullMarked;
