/**
 * {@code java -jar mics.jar hooks listen}: a stand-in for somebody's hooks that takes every call of every transport,
 * answers yes, and prints it. Owns no state; never runs inside a node. Calls run on the server's virtual threads.
 */
@NullMarked
package io.mics.admin.listen;

import org.jspecify.annotations.NullMarked;
