/**
 * What was stored, on its way to devices: at once, and to large groups in chunks. Owns the port that the pipeline
 * calls, {@link io.mics.conversation.distribution.Distribution}, and the tasks that serve large groups; never stores
 * anything, and never un-stores what could not be distributed.
 *
 * <p>Threads: those of the pipeline, which block for other nodes a bounded time; a virtual thread per announcement.
 */
@NullMarked
package io.mics.conversation.distribution;

import org.jspecify.annotations.NullMarked;
