/**
 * Calls of hooks as they are recorded, to be made again later against another version: who was asked what, what came of
 * it, and how long it took. Nothing that people wrote reaches the file: texts become others of the same length and
 * shape, users and devices keyed hashes. Calls are noted on the thread that made them, redacted and written by one
 * thread of its own. Without a file to record to nothing here is loaded.
 */
@NullMarked
package io.mics.hook.record;

import org.jspecify.annotations.NullMarked;
