/**
 * Starting and stopping: the command line, {@code Lifecycle}, with which whatever is started registers how it drains,
 * how it ends and how it forgets a tenant, draining, signals, and giving memory back. Knows no capability, only what
 * it declares itself ({@link io.mics.lifecycle.Drainable}). Parts register and end on the thread that starts a node
 * and on {@code mics-stop}; forgetting runs on the wheel's thread.
 */
@NullMarked
package io.mics.lifecycle;

import org.jspecify.annotations.NullMarked;
