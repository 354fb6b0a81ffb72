package io.mics.hook.registry;

import io.mics.sdk.plugin.HookResult;
import io.mics.sdk.plugin.MessageDraft;
import io.mics.tenant.DraftField;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;

/**
 * What a hook did to one part of a message; never says what was or is in it.
 *
 * @param field   the part
 * @param allowed whether the tenant lets hooks change it; a change that is not allowed has no effect
 * @param before  its size before, in bytes for a payload, else in entries
 * @param after   its size after
 */
public record DraftChange(DraftField field, boolean allowed, int before, int after) {
    /** All that an answer would change, were everything allowed. */
    public static List<DraftChange> of(MessageDraft before, Map<String, String> tags, HookResult.Continue answer) {
        return DraftRevision.of(before, tags, answer, EnumSet.allOf(DraftField.class))
                .changes();
    }
}
