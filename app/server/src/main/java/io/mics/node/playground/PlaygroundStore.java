package io.mics.node.playground;

import io.mics.conversation.ConversationUseCases;
import io.mics.conversation.DurableTenants;
import io.mics.lifecycle.Lifecycle;
import io.mics.observe.Log;
import io.mics.store.StoreSettings;
import io.mics.store.embedded.EmbeddedDatabase;
import io.mics.store.engine.StoreRefusedException;
import io.mics.tenant.Tenant;
import io.mics.tenant.TenantReader;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The store of the playground's durable tenant: a file in {@code store.folder}, opened by the first who connects to
 * that tenant. So a playground starts as fast as without it, leaves nothing in its folder until it is used, and starts
 * where nothing can be written: the tenant is then not offered. Safe on any thread.
 */
public final class PlaygroundStore implements AutoCloseable {
    private static final Log LOG = Log.of(PlaygroundStore.class);
    private static final String NOT_OPEN = "no store: the log of the server says why";
    private static final int WAIT_SECONDS = 30;

    private final Opener opener;
    private final Lifecycle parts = new Lifecycle();
    private final AtomicReference<@Nullable FutureTask<Opened>> opening = new AtomicReference<>();
    private volatile Optional<String> problem;

    /** An open store. */
    public interface Opened {
        /** What devices may ask of it. */
        ConversationUseCases useCases(DurableTenants.Hooks hooks);
    }

    /** Opens the store. */
    public interface Opener {
        /** What it starts ends, and forgets tenants, by {@code parts}. */
        Opened open(Lifecycle parts) throws StoreRefusedException;
    }

    /** A store that is not open yet, unless it can be seen already that it cannot be opened: the log then says why. */
    public PlaygroundStore(StoreSettings settings, Opener opener) {
        this.opener = opener;
        problem = settings.address().isPresent()
                ? Optional.of("store.url is set, and the playground writes to no database but a file")
                : EmbeddedDatabase.refusal(Path.of(settings.folder()))
                        .map(why -> "store.folder: '" + settings.folder() + "' " + why);
        problem.ifPresent(PlaygroundStore::log);
    }

    private static void log(String why) {
        LOG.warn("playground_durable_unavailable", "tenant", TenantReader.PLAYGROUND_DURABLE, "cause", why);
    }

    /** Why the durable tenant cannot be served, as far as is known; empty when it can. */
    public Optional<String> problem() {
        return problem;
    }

    /** Serves the playground's durable tenant and no other: where theirs are stored is decided by the next start. */
    public DurableTenants with(DurableTenants.Hooks hooks) {
        AtomicReference<@Nullable ConversationUseCases> made = new AtomicReference<>();
        return new DurableTenants() {
            @Override
            public Optional<String> refusal(Tenant tenant) {
                if (!tenant.id().equals(TenantReader.PLAYGROUND_DURABLE)) {
                    return Optional.of(RESTART);
                }
                return useCases(tenant).isPresent() ? Optional.empty() : Optional.of(NOT_OPEN);
            }

            @Override
            public Optional<ConversationUseCases> useCases(Tenant tenant) {
                return tenant.id().equals(TenantReader.PLAYGROUND_DURABLE)
                        ? open().map(store ->
                                made.updateAndGet(before -> before == null ? store.useCases(hooks) : before))
                        : Optional.empty();
            }
        };
    }

    /** The store, which is opened unless it is; one who comes meanwhile waits. After a failure the next tries again. */
    private Optional<Opened> open() {
        FutureTask<Opened> task = opening.get();
        if (task == null) {
            task = new FutureTask<>(() -> opener.open(parts));
            if (!opening.compareAndSet(null, task)) {
                return open();
            }
            // not on the caller's thread: an interrupt of that would close the files
            Thread.ofPlatform().daemon().name("playground-store").start(task);
        }
        try {
            Opened store = task.get(WAIT_SECONDS, TimeUnit.SECONDS);
            problem = Optional.empty();
            return Optional.of(store);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (TimeoutException | CancellationException e) { // slow, or closed
            return Optional.empty();
        } catch (ExecutionException e) {
            String why = e.getCause() instanceof StoreRefusedException refused
                    ? refused.key() + ": " + refused.getMessage()
                    : String.valueOf(e.getCause());
            problem = Optional.of(why);
            if (opening.compareAndSet(task, null)) {
                log(why);
            }
        }
        return Optional.empty();
    }

    /** Forgets a tenant, where there is something to forget. */
    public void forget(String tenant) {
        FutureTask<Opened> task = opening.get();
        if (task != null && task.isDone()) {
            parts.forget(tenant);
        }
    }

    @Override
    public void close() {
        FutureTask<Opened> closed = new FutureTask<>(() -> opener.open(parts));
        closed.cancel(false);
        FutureTask<Opened> task = opening.getAndSet(closed);
        if (task == null) {
            return;
        }
        try {
            var unused = task.get(WAIT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException | CancellationException e) {
            LOG.debug("playground_store_closed", "cause", String.valueOf(e.getCause()));
        }
        parts.end();
    }
}
