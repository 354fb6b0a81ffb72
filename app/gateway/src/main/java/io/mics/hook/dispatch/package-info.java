/**
 * Calls of hooks outside the sender's thread: who is notified of a message sent, delivered or recalled, how often a
 * failed call is retried, and where it ends. Owns the port to whatever events come from, {@code HookDispatch}, and its
 * adapter in this process, {@code MemoryHookDispatch}; the other is {@code dispatch.kafka}. A tenant's calls of one
 * hook have a bounded work queue of their own, so that a slow or failing hook holds back neither another hook nor
 * another tenant. Never decides which hooks there are, and never knows how a hook is reached. Sources submit events
 * and never wait; calls run on {@code hook-{tenant}-{hook}} virtual threads that exist only while there is something
 * to call; without Kafka {@code hook-retries} waits for what is due.
 */
@NullMarked
package io.mics.hook.dispatch;

import org.jspecify.annotations.NullMarked;
