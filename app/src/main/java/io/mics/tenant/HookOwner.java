package io.mics.tenant;

/** The tenant on whose behalf hooks are called. */
public interface HookOwner {
    /** The tenant's id. */
    String id();

    /** How its hooks are called now; asked once per call, so that a reload holds from the next call on. */
    HookSettings hooks();
}
