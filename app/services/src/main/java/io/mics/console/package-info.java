/**
 * What a person sees of the server in a browser: the playground page and its assets. Owns the pages under {@code web/}
 * on the class path; never touches sessions or messages – the page is a client of the gateway like any other. What is
 * served is read once, at construction, so requests do no file I/O and run on the web server's virtual threads.
 */
@NullMarked
package io.mics.console;

import org.jspecify.annotations.NullMarked;
