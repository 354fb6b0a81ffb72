/**
 * Says whether what the clients of durable tenants saw, and what is stored, is what was promised. Pure functions over a
 * run's history; nothing here connects to anything.
 */
@NullMarked
package io.mics.loadtest.durable.check;

import org.jspecify.annotations.NullMarked;
