package io.mics.testing.gateway;

import io.mics.tenant.BackendSettings;
import io.mics.tenant.Tenant;
import io.mics.tenant.TenantConfig;
import io.mics.tenant.TenantSettings;
import java.util.Map;

/** Tenants as configured. */
public final class TestTenants {
    private TestTenants() {}

    /** A tenant whose hooks are called like this; all else has its default. */
    public static Tenant tenant(String id, BackendSettings hooks) {
        return new Tenant(new TenantConfig(id, TenantSettings.DEFAULTS.withHooks(hooks), Map.of()));
    }
}
