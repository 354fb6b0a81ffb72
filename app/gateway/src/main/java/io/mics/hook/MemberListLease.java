package io.mics.hook;

import io.mics.concurrent.Deadline;
import io.mics.concurrent.SharedByteBudget;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What one member list takes in memory, from before a backend is asked for it until it is no longer used. Not for
 * several threads at one time.
 */
public final class MemberListLease implements AutoCloseable {
    private final SharedByteBudget.Lease lease;
    private final Consumer<byte[]> reuse;
    private @Nullable MemberList list;

    MemberListLease(SharedByteBudget.Lease lease, Consumer<byte[]> reuse) {
        this.lease = lease;
        this.reuse = reuse;
    }

    /** Bytes it has. */
    long bytes() {
        return lease.bytes();
    }

    boolean resize(long wanted, Deadline deadline) throws InterruptedException {
        return lease.resize(wanted, deadline);
    }

    boolean couldBe(long wanted) {
        return lease.couldBe(wanted);
    }

    /** The list that was made: its bytes are used for others when this is closed. */
    void holds(MemberList made) {
        list = made;
    }

    /** The list is no longer used, and has nothing any more; more than once is harmless. */
    @Override
    public void close() {
        lease.close();
        MemberList made = list;
        if (made != null) {
            list = null;
            reuse.accept(made.end());
        }
    }
}
