/**
 * The text protocol {@code mics.json.v1}: reads its frames, names the field that is wrong in one, and writes them. Does
 * no I/O, decides nothing about what a frame asks for, and is safe on any thread.
 */
@NullMarked
package io.mics.protocol.json;

import org.jspecify.annotations.NullMarked;
