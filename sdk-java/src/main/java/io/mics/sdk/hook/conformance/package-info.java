/**
 * A kit that fires every case a hook must stand at a backend or a webhook, and says which it stood. Knows no gateway:
 * it makes the calls a gateway makes. Runs on one thread, and opens a few connections where others must stall.
 */
@NullMarked
package io.mics.sdk.hook.conformance;

import org.jspecify.annotations.NullMarked;
