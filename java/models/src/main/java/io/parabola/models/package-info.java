/**
 * From prices to the inputs of a batch: returns with their periods, what is wrong with the data,
 * and scenarios of expected returns and of volatility. Nothing here reads files.
 */
package io.parabola.models;
