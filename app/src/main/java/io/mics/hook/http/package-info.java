/**
 * The HTTP transport of hooks. Owns the client, its idle connections and host name look-ups; knows neither tenants nor
 * messages. Each call runs on a virtual thread of its own that ends before the call returns.
 */
@NullMarked
package io.mics.hook.http;

import org.jspecify.annotations.NullMarked;
