/** A stand-in for a tenant's backend, for trying things out and for tests. */
@NullMarked
package io.mics.sdk.hook.example;

import org.jspecify.annotations.NullMarked;
