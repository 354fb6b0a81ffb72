package io.mics.node.settings;

/** What a node can do; {@code roles} of {@code mics.yaml} names what it does. */
public enum Role {
    /** Serves clients: connections, messages, and their delivery. */
    GATEWAY,
    /** Stores the messages of durable tenants, distributes them, and answers what is stored. */
    PIPELINE,
    /** Answers operators under {@code /internal}. */
    ADMIN
}
