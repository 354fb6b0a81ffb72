/**
 * What can be seen of the server from outside: metric names (one table), structured logs, traces of messages and their
 * spans to a collector, and what {@code /metrics}, {@code /healthz} and {@code /readyz} answer. Never decides
 * anything. Safe on any thread; spans leave on the OTLP exporter's threads, only where a collector is configured.
 */
@NullMarked
package io.mics.observe;

import org.jspecify.annotations.NullMarked;
