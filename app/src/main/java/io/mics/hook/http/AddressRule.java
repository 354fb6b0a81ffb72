package io.mics.hook.http;

import java.io.IOException;
import java.net.InetAddress;
import java.util.List;

/** Which of a host's addresses is connected to. What it answers is what is dialled: nothing is looked up again. */
@FunctionalInterface
public interface AddressRule {
    /** Whichever the look-up names first. */
    AddressRule FIRST = (host, found) -> found.getFirst();

    /**
     * Chooses one of the addresses {@code host} was found at, which are one or more.
     *
     * @throws ForbiddenException when none of them may be connected to
     */
    InetAddress choose(String host, List<InetAddress> found) throws ForbiddenException;

    /** No address of a host may be connected to; the message says why, in plain words. */
    final class ForbiddenException extends IOException {
        /** Forbidden for this reason. */
        public ForbiddenException(String why) {
            super(why);
        }
    }
}
