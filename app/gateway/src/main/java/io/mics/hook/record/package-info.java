/**
 * What is recorded of calls of hooks: that each was made, in meters, the message's trace, the log and the audit; and,
 * for a replay against another version, who was asked what and what came of it. Nothing that people wrote reaches a
 * file: the audit has no bodies, and in recordings texts become others of the same length and shape, users and devices
 * keyed hashes. Calls are noted on the thread that made them; each file, and the audit's topic, is written by a thread
 * of its own. Without a file to record calls to, nothing of recordings is loaded.
 */
@NullMarked
package io.mics.hook.record;

import org.jspecify.annotations.NullMarked;
