/**
 * Starting and stopping: the command line, the order in which parts are closed, draining, signals. Knows the parts only
 * as things to close; runs on the main thread and on the signal's.
 */
@NullMarked
package io.mics.lifecycle;

import org.jspecify.annotations.NullMarked;
