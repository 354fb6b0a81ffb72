/**
 * The hook platform of a node, put together: which hooks there are, how they are called, and the client that calls
 * backends and webhooks. Owns their construction and their following of configuration files; never decides anything
 * of a message.
 *
 * <p>Threads: none of its own.
 */
@NullMarked
package io.mics.node.hooks;

import org.jspecify.annotations.NullMarked;
