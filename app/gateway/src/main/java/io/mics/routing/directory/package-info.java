/**
 * Where everyone is: which device is connected to which node, and which nodes are members. Owns the ports to the
 * directory ({@link io.mics.routing.directory.Routes}, {@link io.mics.routing.directory.NodeRegistry},
 * {@link io.mics.routing.directory.TenantRates}), this node's presence in it, its cache and its lease; declares
 * {@link io.mics.routing.directory.LocalDevices}, which the sessions implement. Never delivers a message. Look-ups run
 * on their callers' threads, those of many users on {@code look-ups} children; leases are renewed on the virtual
 * threads {@code membership} and {@code presence}, shares of rates exchanged on {@code rate-shares}.
 */
@NullMarked
package io.mics.routing.directory;

import org.jspecify.annotations.NullMarked;
