/**
 * What durable conversations are stored by: the settings of the database, {@link io.mics.store.MessageWriter} that
 * stores batches, the ids of messages, and {@link io.mics.store.GroupCommitLog}, the log of an installation whose
 * database is its log. Never knows an engine: those are in packages of their own below, and
 * {@link io.mics.store.engine} opens them. Writers run on the thread that calls them; the group commit has one of its
 * own, {@code group-commit}.
 */
@NullMarked
package io.mics.store;

import org.jspecify.annotations.NullMarked;
