/**
 * What a node is set to: every section of {@code mics.yaml} by its capability's own record, its roles, the tenants,
 * and what a reload changes. Starts nothing. Runs on the thread that starts the node, and on the one that follows its
 * files.
 */
@NullMarked
package io.mics.node.settings;

import org.jspecify.annotations.NullMarked;
