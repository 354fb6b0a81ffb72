/**
 * How log lines leave the process: their two forms (JSON for collectors, text for people), which levels are written,
 * how many lines of one kind, and a standard output that never blocks who logs for long. Never decides what is logged.
 * Handlers run on the threads that log, the platform thread {@code log-flush} writes what they left within 100 ms,
 * {@code log-close} the rest at the end; each {@code LineWriter} has a platform thread of its own.
 */
@NullMarked
package io.mics.observe.log;

import org.jspecify.annotations.NullMarked;
