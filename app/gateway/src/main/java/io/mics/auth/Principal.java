package io.mics.auth;

import io.mics.tenant.Tenant;

/** Who a connection belongs to, once its credentials are accepted. */
public record Principal(Tenant tenant, String user, String device) {}
