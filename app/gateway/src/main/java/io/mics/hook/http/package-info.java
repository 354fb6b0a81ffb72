/**
 * Hooks over HTTP: the calls themselves, with their idle connections and host name look-ups, and the protobuf hooks of
 * a tenant's backend. Knows neither tenants nor what becomes of a message. Each call runs on a virtual thread of its
 * own that ends before the call returns.
 */
@NullMarked
package io.mics.hook.http;

import org.jspecify.annotations.NullMarked;
