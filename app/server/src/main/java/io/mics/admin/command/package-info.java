/**
 * The command line of {@code java -jar mics.jar}: what is asked for, the help texts, and the commands that ask a
 * running node. The only package, with the {@code *Command} classes beside it, that knows picocli; nothing of it is
 * loaded where the server itself is started. Runs on the main thread.
 */
@NullMarked
package io.mics.admin.command;

import org.jspecify.annotations.NullMarked;
