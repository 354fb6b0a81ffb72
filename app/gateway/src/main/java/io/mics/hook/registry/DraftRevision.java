package io.mics.hook.registry;

import io.mics.sdk.plugin.HookResult;
import io.mics.sdk.plugin.MessageDraft;
import io.mics.tenant.DraftField;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A draft after one hook's answer: what the tenant allows to be changed is taken over, everything that was changed is
 * listed. Ids stay: the client is answered under its own.
 */
record DraftRevision(MessageDraft draft, Map<String, String> tags, List<DraftChange> changes) {
    @SuppressWarnings("ReferenceEquality") // an untouched draft need not be compared
    static DraftRevision of(
            MessageDraft before, Map<String, String> tags, HookResult.Continue answer, Set<DraftField> allowed) {
        MessageDraft after = answer.draft();
        if (after == before && answer.tags().isEmpty()) {
            return new DraftRevision(before, tags, List.of());
        }
        List<DraftChange> changes = new ArrayList<>(2);
        MessageDraft draft = before;
        if (!Arrays.equals(before.payload(), after.payload())) {
            boolean may = allowed.contains(DraftField.PAYLOAD);
            changes.add(new DraftChange(DraftField.PAYLOAD, may, before.payload().length, after.payload().length));
            draft = may ? draft.withPayload(after.payload()) : draft;
        }
        if (isChanged(DraftField.HEADERS, before.headers(), after.headers(), allowed, changes)) {
            draft = draft.withHeaders(after.headers());
        }
        if (isChanged(DraftField.METADATA, before.metadata(), after.metadata(), allowed, changes)) {
            draft = draft.withMetadata(after.metadata());
        }
        Map<String, String> more = new HashMap<>(tags);
        more.putAll(answer.tags());
        boolean tagged = isChanged(DraftField.TAGS, tags, more, allowed, changes);
        return new DraftRevision(draft, tagged ? Map.copyOf(more) : tags, List.copyOf(changes));
    }

    private static boolean isChanged(
            DraftField field,
            Map<String, String> before,
            Map<String, String> after,
            Set<DraftField> allowed,
            List<DraftChange> changes) {
        if (before.equals(after)) {
            return false;
        }
        boolean may = allowed.contains(field);
        changes.add(new DraftChange(field, may, before.size(), after.size()));
        return may;
    }
}
