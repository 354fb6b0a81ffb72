/** What tests of the gateway's parts share: ports, tenants, hooks and backends that answer as the test says. */
@NullMarked
package io.mics.testing.gateway;

import org.jspecify.annotations.NullMarked;
