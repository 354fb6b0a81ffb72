/** A plugin to copy from, packed as a jar of its own ({@code mics-sdk-…-example-plugin.jar}), not part of the SDK's. */
@NullMarked
package io.mics.sdk.plugin.example;

import org.jspecify.annotations.NullMarked;
