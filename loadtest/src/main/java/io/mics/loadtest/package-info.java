/**
 * The bare loop, and what measures it and the gateway in the same way. Reads and writes frames as bytes, depends on
 * the JDK only, and never runs inside the server: a driver is one thread with a selector in its own process.
 */
@NullMarked
package io.mics.loadtest;

import org.jspecify.annotations.NullMarked;
