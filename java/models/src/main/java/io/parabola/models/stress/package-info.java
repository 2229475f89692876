/**
 * Portfolios under stress: states that a market can be in, scenarios drawn from them, what is
 * measured in each, and what is worst. Nothing here reads files.
 */
package io.parabola.models.stress;
