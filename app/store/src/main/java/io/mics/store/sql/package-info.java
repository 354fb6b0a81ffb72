/**
 * What is asked of stored conversations, in the SQL that both engines speak: who may see what, pages, lists, pointers,
 * recall and edit, members. Knows {@link java.sql} and no driver; what engines spell differently is a
 * {@link io.mics.store.sql.Dialect}. Runs on the thread that asks, which waits for the database a bounded time.
 */
@NullMarked
package io.mics.store.sql;

import org.jspecify.annotations.NullMarked;
