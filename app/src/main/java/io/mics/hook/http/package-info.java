/** Hooks over HTTP: protobuf by POST on keep-alive connections. Knows no policy. */
@NullMarked
package io.mics.hook.http;

import org.jspecify.annotations.NullMarked;
