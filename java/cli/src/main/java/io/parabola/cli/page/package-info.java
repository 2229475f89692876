/** Pieces of a page: its text, pictures and their axes. */
package io.parabola.cli.page;
