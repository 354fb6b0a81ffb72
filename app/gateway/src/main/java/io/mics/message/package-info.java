/**
 * The use cases: a message to a user, a message to a group, a recall, and a device's acknowledgement of what was
 * delivered to it. Each reads like its rule, in the rule's order. Owns the window that recognises resent messages, the
 * identities that messages and deliveries get here, and the meters; keeps no message. Never knows a socket or an
 * encoding. Runs on the sender's own virtual thread; who a group's members are is asked on a {@code group-hooks}
 * child.
 */
@NullMarked
package io.mics.message;

import org.jspecify.annotations.NullMarked;
