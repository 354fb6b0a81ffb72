/**
 * Reads {@code hooks.yaml}, the files that the environment names instead, and the overrides an operator makes while a
 * node runs, into definitions of hooks. Never calls a hook. Runs on the thread that starts a node, on the one that
 * follows the files, and on one of its own that follows the overrides.
 */
@NullMarked
package io.mics.hook.config;

import org.jspecify.annotations.NullMarked;
