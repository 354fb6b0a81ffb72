/**
 * Hostile clients beside a healthy one, against a gateway process. Owns what is sent and what must hold meanwhile and
 * afterwards; knows nothing of the gateway's inside. One thread per hostile client, a reader for each of its sockets.
 */
@NullMarked
package io.mics.loadtest.fuzz;

import org.jspecify.annotations.NullMarked;
