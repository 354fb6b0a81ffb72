/**
 * Hooks that take JSON: what is posted and how it is signed, how answers are read, and which targets may be called at
 * all. Knows no tenants and never decides what a message does next. A call runs on its caller's thread, which blocks
 * until the answer or the deadline.
 */
@NullMarked
package io.mics.hook.webhook;

import org.jspecify.annotations.NullMarked;
