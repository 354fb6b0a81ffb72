/**
 * How a message gets to devices wherever they are, in packages whose arrows go down: {@code home} (which node buffers
 * for an absent user), {@code delivery} (fan-out, and redelivery to other nodes), {@code directory} (which device is
 * on which node, and which nodes there are; {@code redis} is its adapter) and {@code link} (the streams between
 * nodes). Here is what answers the other nodes' calls with them. Never knows what a message means. Runs on the links'
 * virtual threads.
 */
@NullMarked
package io.mics.routing;

import org.jspecify.annotations.NullMarked;
