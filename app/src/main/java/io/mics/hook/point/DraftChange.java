package io.mics.hook.point;

import io.mics.tenant.DraftField;

/**
 * What a hook did to one part of a message; never says what was or is in it.
 *
 * @param field   the part
 * @param allowed whether the tenant lets hooks change it; a change that is not allowed has no effect
 * @param before  its size before, in bytes for a payload, else in entries
 * @param after   its size after
 */
public record DraftChange(DraftField field, boolean allowed, int before, int after) {}
