/**
 * Hooks that are servers of {@code flare.hooks.v1.HookExtension}. Owns one connection per hook and the event loops they
 * share; knows no tenants and never decides what a message does next. A call blocks its caller's thread, which encodes
 * and decodes; event loops only move bytes.
 */
@NullMarked
package io.mics.hook.grpc;

import org.jspecify.annotations.NullMarked;
