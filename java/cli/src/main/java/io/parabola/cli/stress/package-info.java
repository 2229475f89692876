/**
 * {@code parabola stress}: the scenario file, the run that can be stopped, its tables and its
 * report.
 */
package io.parabola.cli.stress;
