/**
 * The first class of the jar: says which Java is needed, and names a newer one it found, or hands over to
 * {@code io.mics.Main}, which it knows by name alone. Compiled for Java 8 and therefore on its own: uses nothing but
 * the JDK, and never starts another process. Runs on the main thread.
 */
package io.mics.launch;
