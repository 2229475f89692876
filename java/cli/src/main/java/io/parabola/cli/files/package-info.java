/**
 * What commands read and write, and how they speak: tables, numbers, output that is all or nothing.
 */
package io.parabola.cli.files;
