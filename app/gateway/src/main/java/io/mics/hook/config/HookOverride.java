package io.mics.hook.config;

import io.mics.hook.policy.HookDefinition;
import java.util.Optional;

/**
 * One hook as one tenant has it.
 *
 * @param inFile    the hook of the file that it replaces; empty for one that the file does not have
 * @param forTenant the hook the tenant has instead; empty for none
 */
record HookOverride(Optional<HookDefinition> inFile, Optional<HookDefinition> forTenant) {

    /** Whether both are about the same version of the same hook. */
    boolean isOf(HookOverride other) {
        return (inFile.isPresent() && inFile.equals(other.inFile))
                || (forTenant.isPresent()
                        && other.forTenant.isPresent()
                        && forTenant.get().point() == other.forTenant.get().point()
                        && forTenant.get().id().equals(other.forTenant.get().id()));
    }
}
