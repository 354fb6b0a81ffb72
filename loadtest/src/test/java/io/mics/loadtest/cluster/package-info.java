/**
 * Gateways as processes of their own, clients that talk to them, and what is done to both meanwhile. Everything stays
 * on loopback and in one temporary folder; every process that was started ends with the one that started it.
 */
@NullMarked
package io.mics.loadtest.cluster;

import org.jspecify.annotations.NullMarked;
