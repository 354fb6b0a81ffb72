/**
 * Tenants: their settings (immutable, swapped whole on reload), what bounds them, and the table of them all. Never does
 * I/O and never knows a connection or a message; safe on any thread.
 */
@NullMarked
package io.mics.tenant;

import org.jspecify.annotations.NullMarked;
