/**
 * Reads configuration: a YAML file and environment names become typed values or a list of problems. Knows no key: each
 * capability has a record of settings, and beside it the {@link io.mics.config.SettingsSection} that reads it. Never
 * prints a secret. Runs on the caller's thread.
 */
@NullMarked
package io.mics.config;

import org.jspecify.annotations.NullMarked;
