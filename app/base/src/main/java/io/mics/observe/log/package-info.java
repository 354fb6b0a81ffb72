/**
 * How log lines leave the process: their two forms (JSON for collectors, text for people), which levels are written,
 * how many lines of one kind, and a standard output that never blocks who logs for long. Never decides what is logged.
 * Handlers run on the threads that log, a {@code LineWriter} on one of its own.
 */
@NullMarked
package io.mics.observe.log;

import org.jspecify.annotations.NullMarked;
