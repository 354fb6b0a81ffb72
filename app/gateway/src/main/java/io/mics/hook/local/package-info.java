/**
 * Hooks answered inside this process: the playground's, and plugins, which are classes of jars in the {@code plugins/}
 * folder. Owns how plugins are found, kept apart from the server's classes, and contained; never decides when one is
 * called. The playground answers on the caller's thread; a plugin runs on platform threads of its own, while its caller
 * waits, unless it is trusted to run on the caller's.
 */
@NullMarked
package io.mics.hook.local;

import org.jspecify.annotations.NullMarked;
