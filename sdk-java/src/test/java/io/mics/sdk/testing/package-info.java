/** Real servers for tests, those of other modules included. Every one is a process, ended with the test. */
@NullMarked
package io.mics.sdk.testing;

import org.jspecify.annotations.NullMarked;
