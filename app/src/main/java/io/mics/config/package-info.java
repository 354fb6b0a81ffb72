/**
 * Reading the configuration: YAML files and environment names become typed values or a list of problems, and a change
 * of the files becomes a reload. Never decides what a setting means to its user and never prints a secret. Reads run on
 * the caller's thread; reloads on one virtual thread of each {@link io.mics.config.ConfigReload}, whose watchers share
 * one platform thread; overrides that other nodes changed on the virtual thread of
 * {@link io.mics.config.HookOverrides}.
 */
@NullMarked
package io.mics.config;

import org.jspecify.annotations.NullMarked;
