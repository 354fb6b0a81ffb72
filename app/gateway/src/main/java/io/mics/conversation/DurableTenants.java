package io.mics.conversation;

import io.mics.hook.dispatch.HookEventLog;
import io.mics.hook.dispatch.RecallPermission;
import io.mics.message.PreSend;
import io.mics.tenant.Tenant;
import java.util.Optional;

/** Which durable tenants a node serves, and by what. Safe on any thread; may wait for a store to open. */
public interface DurableTenants {
    /** A node without a store: a tenant became durable while it ran. */
    DurableTenants NONE = new DurableTenants() {
        @Override
        public Optional<String> refusal(Tenant tenant) {
            return Optional.of(RESTART);
        }

        @Override
        public Optional<ConversationUseCases> useCases(Tenant tenant) {
            return Optional.empty();
        }
    };

    /** The reason clients of a durable tenant get that this node cannot serve until it is started anew. */
    String RESTART = "no store: this node must be restarted";

    /** What is asked before a message is accepted, and where its events go. */
    record Hooks(PreSend preSend, RecallPermission recallPermission, HookEventLog events) {}

    /** Makes them of hooks that are there later than the store. */
    interface Source {
        /** Those that are served with these hooks. */
        DurableTenants with(Hooks hooks);
    }

    /** Why a durable tenant cannot be served, as its clients get it; empty when it can. */
    Optional<String> refusal(Tenant tenant);

    /** What devices of a durable tenant may ask; empty when it cannot be served. */
    Optional<ConversationUseCases> useCases(Tenant tenant);

    /** All of them, by these. */
    static DurableTenants all(ConversationUseCases useCases) {
        Optional<ConversationUseCases> served = Optional.of(useCases);
        return new DurableTenants() {
            @Override
            public Optional<String> refusal(Tenant tenant) {
                return Optional.empty();
            }

            @Override
            public Optional<ConversationUseCases> useCases(Tenant tenant) {
                return served;
            }
        };
    }
}
