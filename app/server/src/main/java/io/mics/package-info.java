/**
 * Where the server begins: the main class, the server as a process ({@code Server}), and what looks a configuration
 * and its surroundings over before they are needed. Owns no rule of the product; runs on the main thread.
 */
@NullMarked
package io.mics;

import org.jspecify.annotations.NullMarked;
