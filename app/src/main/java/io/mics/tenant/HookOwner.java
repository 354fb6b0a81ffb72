package io.mics.tenant;

import io.mics.protocol.IdForm;

/** The tenant on whose behalf hooks are called. */
public interface HookOwner {
    /** The tenant's id. */
    String id();

    /** How its hooks are called now; asked once per call, so that a reload holds from the next call on. */
    HookSettings hooks();

    /** What ids of its users and devices may look like. */
    default IdForm ids() {
        return IdForm.OPEN;
    }
}
