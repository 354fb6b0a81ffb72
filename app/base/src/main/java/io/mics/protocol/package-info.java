/**
 * The words on the wire: frames, ids, close codes, error codes and ack reasons, and the codecs that read and write
 * them. Depends on generated code only, does no I/O, and is safe on any thread.
 */
@NullMarked
package io.mics.protocol;

import org.jspecify.annotations.NullMarked;
