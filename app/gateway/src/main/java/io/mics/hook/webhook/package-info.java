/**
 * Hooks that take JSON: what is posted and how it is signed, how answers are read, and which targets may be called at
 * all. Knows no tenants and never decides what a message does next. A call blocks its caller's thread; the exchange
 * itself runs on a virtual thread that ends before the call returns.
 */
@NullMarked
package io.mics.hook.webhook;

import org.jspecify.annotations.NullMarked;
