/** Ports, from outside: sockets that say what they like. */
@NullMarked
package io.mics.listener;

import org.jspecify.annotations.NullMarked;
