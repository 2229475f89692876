/** The {@code parabola} command: files in, files out, one line for each error. No API. */
package io.parabola.cli;
