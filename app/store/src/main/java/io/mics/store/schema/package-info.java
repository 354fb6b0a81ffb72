/**
 * The tables of the store and how they come to be: scripts of one set for both engines, run forwards only and under a
 * lock by a migration library, which nobody else knows. Runs on the thread that starts a node.
 */
@NullMarked
package io.mics.store.schema;

import org.jspecify.annotations.NullMarked;
