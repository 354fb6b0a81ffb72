/**
 * The first class of the jar: says which Java is needed, or hands over to {@code Main}. Compiled for Java 8 and
 * therefore on its own: uses nothing but the JDK.
 */
package io.mics.launch;
