/**
 * What operators ask a running node over HTTP, under {@code /internal}. Only translates:
 * what is asked lives below. Answers only those who are admitted; runs on the server's virtual threads.
 */
@NullMarked
package io.mics.admin;

import org.jspecify.annotations.NullMarked;
