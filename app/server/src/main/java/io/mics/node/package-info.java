/**
 * The composition of a node: what starts, in which order, with which settings, and what a reload changes. Owns no rule
 * of the product. Runs on the thread that starts the node, and on the one that follows its files.
 */
@NullMarked
package io.mics.node;

import org.jspecify.annotations.NullMarked;
