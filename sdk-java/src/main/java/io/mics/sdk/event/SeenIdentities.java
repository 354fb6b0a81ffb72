package io.mics.sdk.event;

import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** The newest identities of each partition, at most so many of each; the oldest is forgotten first. */
final class SeenIdentities {
    private final int perPartition;
    private final Map<String, Set<String>> seen = new HashMap<>();

    SeenIdentities(int perPartition) {
        this.perPartition = perPartition;
    }

    boolean contains(Envelope envelope) {
        Set<String> identities = seen.get(partition(envelope));
        return identities != null && identities.contains(envelope.identity());
    }

    void add(Envelope envelope) {
        if (perPartition == 0) {
            return;
        }
        Set<String> identities = seen.computeIfAbsent(partition(envelope), name -> new LinkedHashSet<>());
        identities.add(envelope.identity());
        if (identities.size() > perPartition) {
            Iterator<String> oldest = identities.iterator();
            oldest.next();
            oldest.remove();
        }
    }

    private static String partition(Envelope envelope) {
        return envelope.position().topic() + "/" + envelope.position().partition();
    }
}
