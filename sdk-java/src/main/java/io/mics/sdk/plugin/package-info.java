/**
 * The points where a tenant's own logic joins the message path, as plain Java: implement one of the interfaces,
 * name the class in {@code META-INF/services}, put the jar into the server's {@code plugins/} folder and name it in
 * {@code config/hooks.yaml}. A plugin is called on many threads at once, and may block; a call that throws or outlives
 * its deadline is contained like that of a remote hook. It sees the JDK, this package and what its jar holds.
 */
@NullMarked
package io.mics.sdk.plugin;

import org.jspecify.annotations.NullMarked;
