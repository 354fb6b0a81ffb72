/**
 * {@code java -jar mics.jar hooks replay}: makes the calls of a recording again, against another version of a hook, and
 * says what it decides otherwise. Owns no state; never runs inside a node. Calls run on virtual threads, as many as are
 * asked for.
 */
@NullMarked
package io.mics.admin.replay;

import org.jspecify.annotations.NullMarked;
