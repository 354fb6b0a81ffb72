package io.mics.observe;

import java.util.Optional;

/** One reason why a node may not take traffic. Asked at every {@code GET /readyz}; answers without waiting. */
@FunctionalInterface
public interface Readiness {
    /** What prevents it, in words for an operator; empty when nothing does. */
    Optional<String> notReady();
}
