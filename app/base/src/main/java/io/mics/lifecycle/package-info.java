/**
 * Starting and stopping: the command line, the order in which parts are closed, what they forget with a tenant,
 * draining, signals. A base package: it knows no capability, only what it declares itself
 * ({@link io.mics.lifecycle.Drainable}); runs on the main thread and on the signal's, forgetting on the wheel's.
 */
@NullMarked
package io.mics.lifecycle;

import org.jspecify.annotations.NullMarked;
