/**
 * Calls of a tenant's backend: what is asked and answered, signing, and the policy per tenant and operation (deadline,
 * permits, breaker, meters). Never decides what a message does next and never lets one tenant's backend slow another's
 * calls. A call runs on its caller's thread, which blocks until the answer or the deadline; nothing is forked here.
 */
@NullMarked
package io.mics.hook;

import org.jspecify.annotations.NullMarked;
