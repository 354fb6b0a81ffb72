/**
 * What happened in a run, and whether it was right. {@link io.mics.loadtest.history.History} is written by many threads
 * while clients talk to a cluster; {@link io.mics.loadtest.history.Checker} is a pure function over it, run afterwards
 * on one thread. Knows neither sockets nor processes.
 */
@NullMarked
package io.mics.loadtest.history;

import org.jspecify.annotations.NullMarked;
