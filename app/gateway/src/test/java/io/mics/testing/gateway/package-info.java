/** What tests of the gateway's parts share: ports, tenants, hooks and backends that answer as they are told. */
@NullMarked
package io.mics.testing.gateway;

import org.jspecify.annotations.NullMarked;
