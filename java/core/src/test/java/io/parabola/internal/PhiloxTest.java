package io.parabola.internal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class PhiloxTest {

  /** The known answers published with Random123 for philox4x32, 10 rounds. */
  @Test
  void blocksEqualThePublishedAnswers() {
    assertArrayEquals(
        new int[] {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8},
        encrypted(new int[] {0, 0, 0, 0}, 0, 0));
    assertArrayEquals(
        new int[] {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd},
        encrypted(new int[] {-1, -1, -1, -1}, -1, -1));
    assertArrayEquals(
        new int[] {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1},
        encrypted(
            new int[] {0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, 0xa4093822, 0x299f31d0));
  }

  private static int[] encrypted(int[] counter, int key0, int key1) {
    Philox.encrypt(counter, key0, key1);
    return counter;
  }

  /** Wichura's own check values, AS 241. */
  @Test
  void quantilesAreThoseOfTheNormalDistribution() {
    assertEquals(-0.6744897501960817, Philox.normalQuantile(0.25), 4e-16);
    assertEquals(-3.090232306167814, Philox.normalQuantile(0.001), 2e-15);
    assertEquals(-9.262340089798408, Philox.normalQuantile(1e-20), 5e-15);
    assertEquals(0, Philox.normalQuantile(0.5));
  }

  @Test
  void logarithmsAreThoseOfTheLibrary() {
    for (double x = 1e-300; x < 1e300; x *= 1.37) {
      assertEquals(Math.log(x), Philox.logarithm(x), 1e-15 * Math.abs(Math.log(x)) + 1e-16);
    }
  }

  /** Each bound is five standard errors of the moment, of 200,000 draws of a fixed seed. */
  @Test
  void momentsAreThoseOfTheDistributions() {
    int draws = 200_000;
    Philox random = new Philox(7);
    double root = Math.sqrt(draws);
    double[] pair = new double[2];

    double mean = 0;
    double square = 0;
    double product = 0;
    for (int k = 0; k < draws; k++) {
      random.at(k, 3).uniforms(Philox.Draw.BLOCK, 0, pair);
      assertTrue(pair[0] > 0 && pair[0] < 1);
      mean += pair[0] / draws;
      square += pair[0] * pair[0] / draws;
      product += (pair[0] - 0.5) * (pair[1] - 0.5) / draws;
    }
    assertEquals(0.5, mean, 5 * Math.sqrt(1.0 / 12) / root);
    assertEquals(1.0 / 3, square, 5 * Math.sqrt(4.0 / 45) / root);
    assertEquals(0, product, 5.0 / 12 / root);

    double first = 0;
    double second = 0;
    double fourth = 0;
    for (int k = 0; k < draws; k++) {
      double z = random.at(k, 0).normal(Philox.Draw.COMMON);
      first += z / draws;
      second += z * z / draws;
      fourth += z * z * z * z / draws;
    }
    assertEquals(0, first, 5 / root);
    assertEquals(1, second, 5 * Math.sqrt(2) / root);
    assertEquals(3, fourth, 5 * Math.sqrt(96) / root);

    double degrees = 5;
    mean = 0;
    square = 0;
    for (int k = 0; k < draws; k++) {
      double x = random.at(k, 0).chiSquared(degrees);
      mean += x / draws;
      square += (x - degrees) * (x - degrees) / draws;
    }
    assertEquals(degrees, mean, 5 * Math.sqrt(2 * degrees) / root);
    assertEquals(
        2 * degrees,
        square,
        5 * Math.sqrt(12 * degrees * (degrees + 4) - 4 * degrees * degrees) / root);

    double intensity = 2.5;
    mean = 0;
    square = 0;
    for (int k = 0; k < draws; k++) {
      int jumps = random.at(k, 0).poisson(intensity, StrictMath.exp(-intensity));
      mean += (double) jumps / draws;
      square += (jumps - intensity) * (jumps - intensity) / draws;
    }
    assertEquals(intensity, mean, 5 * Math.sqrt(intensity) / root);
    assertEquals(intensity, square, 5 * Math.sqrt(intensity + 2 * intensity * intensity) / root);
  }
}
