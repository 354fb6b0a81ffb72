/** Hooks answered inside this process. Never does I/O and never forks: it runs on the caller's thread. */
@NullMarked
package io.mics.hook.local;

import org.jspecify.annotations.NullMarked;
