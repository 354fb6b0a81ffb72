/**
 * Follows files while a server runs: waits until nobody writes them, reads them anew, and lets what is valid take
 * effect. Knows no key. Runs on one virtual thread for each configuration; the watchers of all share a platform thread.
 */
@NullMarked
package io.mics.config.reload;

import org.jspecify.annotations.NullMarked;
