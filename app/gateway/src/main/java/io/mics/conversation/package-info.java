/**
 * Durable tenants: the use cases — send, sync, list, mark read, recall, edit, hide, clear — and the ports they need:
 * {@link io.mics.conversation.ConversationLog} to append to and {@link io.mics.conversation.Conversations} to ask, both
 * implemented above. What was stored comes back to devices by {@code conversation.distribution}. Never knows a
 * database, a socket or an encoding. Use cases run on the reader's own virtual thread; what becomes of an append is
 * reported on a thread of the log's, which is never blocked.
 */
@NullMarked
package io.mics.conversation;

import org.jspecify.annotations.NullMarked;
