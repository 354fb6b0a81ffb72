/**
 * What is configured of a hook, and what follows from it for one call: who it is for (match, roll-out), how it is
 * reached, and how it and its callers are protected (deadline, permits, rate, breaker, retry), with the health that
 * its calls show. Never knows which other hooks there are, and never decides what a message or a connection does
 * next. Calls run on their caller's thread, which blocks for the hook's time-out and the wait for a permit at most.
 */
@NullMarked
package io.mics.hook.policy;

import org.jspecify.annotations.NullMarked;
