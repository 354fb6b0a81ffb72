/**
 * The server's HTTP/1.1 client, for everything it calls over HTTP: connections that are kept and used again, look-ups,
 * deadlines, and the bound on bytes of answers being read. Knows neither hooks nor tenants beyond the id that answers
 * are accounted to, and follows no redirect. A call runs on its caller's virtual thread, or on a virtual thread
 * {@code http-call} whose caller, a platform thread, waits for it. Platform threads are {@code http-deadlines}, which
 * closes the connections of calls whose deadline has passed, and one {@code lookup-{name}} for each host name being
 * looked up, since the system's look-up cannot be interrupted.
 */
@NullMarked
package io.mics.httpclient;

import org.jspecify.annotations.NullMarked;
