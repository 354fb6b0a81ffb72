/**
 * The server's HTTP/1.1 client, for everything it calls over HTTP: connections that are kept and used again, look-ups,
 * deadlines, and the bound on bytes of answers being read. Knows neither hooks nor tenants beyond the id that answers
 * are accounted to, and follows no redirect. A call runs on its caller's virtual thread, without a change of threads;
 * one platform thread ({@code http-deadlines}) closes the connections of calls whose deadline has passed.
 */
@NullMarked
package io.mics.httpclient;

import org.jspecify.annotations.NullMarked;
