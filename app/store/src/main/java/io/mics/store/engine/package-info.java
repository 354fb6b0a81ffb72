/**
 * Opens the store of a node: the engine that the settings name, its schema, its writer and its conversations. Knows
 * every engine; is known by the composition alone.
 */
@NullMarked
package io.mics.store.engine;

import org.jspecify.annotations.NullMarked;
