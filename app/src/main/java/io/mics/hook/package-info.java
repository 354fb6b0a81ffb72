/**
 * The tenant's backend, asked: what may connect, what may be sent, who is in a group, what was missed. One policy for
 * every call (signature, bulkhead, breaker, total deadline, degrade rule, metrics), whatever the transport. Never decides
 * by itself and never keeps an answer. Runs on the asker's virtual thread; a call over the network is a child of it that
 * does not outlive its deadline.
 */
@NullMarked
package io.mics.hook;

import org.jspecify.annotations.NullMarked;
