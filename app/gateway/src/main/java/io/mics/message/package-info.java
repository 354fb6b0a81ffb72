/**
 * The use cases: a message to a user, a message to a group. Each reads like its rule, in the rule's order. Never knows
 * a socket or an encoding, and has no state but the duplicate window; runs on the sender's own virtual thread.
 */
@NullMarked
package io.mics.message;

import org.jspecify.annotations.NullMarked;
