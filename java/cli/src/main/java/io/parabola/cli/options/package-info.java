/** Options that several commands have in common. */
package io.parabola.cli.options;
