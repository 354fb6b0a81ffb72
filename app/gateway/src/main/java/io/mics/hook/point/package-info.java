/**
 * The points where hooks join the path of a message and the life of a connection: what is asked at each, what comes
 * back, and the client that every transport implements. Never knows which hooks there are, how each is reached, or
 * what protects it. A call runs on its caller's thread, which blocks until the answer or the deadline.
 *
 * <p>A new point is one class, its {@link io.mics.hook.point.HookRequest}, and a line in
 * {@link io.mics.hook.point.HookPoint}, beside what plugins implement, which is in the SDK, and whoever makes the
 * request. Webhooks and plugins carry it then, {@code hooks.yaml} and the operators' API know its name.
 */
@NullMarked
package io.mics.hook.point;

import org.jspecify.annotations.NullMarked;
