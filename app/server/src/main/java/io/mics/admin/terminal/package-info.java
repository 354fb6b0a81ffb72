/**
 * What commands print and how: texts that cannot steer a terminal, and why a connection failed in words. Knows no
 * command. Runs on the command's thread.
 */
@NullMarked
package io.mics.admin.terminal;

import org.jspecify.annotations.NullMarked;
