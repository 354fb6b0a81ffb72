/**
 * A chat in a terminal, for whoever develops against a tenant: {@code java -jar mics.jar chat}. A client of the gateway
 * like any other, over the JSON sub-protocol; never part of the server. The caller's thread reads lines, the JDK's
 * WebSocket thread prints what arrives.
 */
@NullMarked
package io.mics.admin.chat;

import org.jspecify.annotations.NullMarked;
