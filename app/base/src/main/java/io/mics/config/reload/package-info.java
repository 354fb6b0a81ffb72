/**
 * Follows files while a server runs: waits until nobody writes them, reads them anew, and lets what is valid take
 * effect. Knows no key. For each set of files that is followed there are a platform thread that looks for changes,
 * {@code config-watch}, and a virtual one that reads them, {@code config-reload}.
 */
@NullMarked
package io.mics.config.reload;

import org.jspecify.annotations.NullMarked;
