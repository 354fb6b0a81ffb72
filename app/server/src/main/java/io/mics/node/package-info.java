/**
 * The composition of a node: {@code Foundation}, what every role stands on, and a class for each role, which says what
 * that role starts. Owns no rule of the product, and no setting ({@code node.settings}). Runs on the thread that
 * starts the node and on {@code mics-stop}, which ends it; {@code cluster-sweep} ends expired leases and moves
 * buffered messages, and the wheel has removed tenants forgotten.
 */
@NullMarked
package io.mics.node;

import org.jspecify.annotations.NullMarked;
