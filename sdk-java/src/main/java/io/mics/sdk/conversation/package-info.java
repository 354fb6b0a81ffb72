/**
 * Durable conversations at a client: sending with levels of acknowledgement, messages in order and once, catch-up after
 * an absence. Knows nothing of connections: it writes frames to a {@link io.mics.sdk.conversation.ConversationLink} and
 * is given those that arrive. The app's code runs on the client's callback thread.
 */
@NullMarked
package io.mics.sdk.conversation;

import org.jspecify.annotations.NullMarked;
