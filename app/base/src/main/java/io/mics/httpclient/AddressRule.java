package io.mics.httpclient;

import java.io.IOException;
import java.net.InetAddress;
import java.util.List;

/**
 * Which of a host's addresses may be connected to. What it answers is what is dialled: nothing is looked up again.
 * Connections that were made under one rule are not used under another that does not equal it.
 */
@FunctionalInterface
public interface AddressRule {
    /** Every address. */
    AddressRule ANY = (host, found) -> found;

    /**
     * Those of the addresses {@code host} was found at that may be connected to, in the same order; at least one.
     *
     * @throws ForbiddenException when none of them may
     */
    List<InetAddress> allowed(String host, List<InetAddress> found) throws ForbiddenException;

    /** A host may not be connected to; the message says why, in plain words. */
    final class ForbiddenException extends IOException {
        /** Forbidden for this reason. */
        public ForbiddenException(String why) {
            super(why);
        }
    }
}
