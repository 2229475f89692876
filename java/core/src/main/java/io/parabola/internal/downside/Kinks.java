package io.parabola.internal.downside;

import java.util.ArrayList;
import java.util.List;

/**
 * Convex functions of one weight each with a corner: t &gt;= up (w − centre), t &gt;= −down (w −
 * centre). What is paid for trading, and what turnover and gross exposure add up.
 */
final class Kinks {
  /**
   * One of them.
   *
   * @param asset whose weight
   * @param centre where the corner is
   * @param up slope to the right, at least 0
   * @param down slope to the left, turned over, at least 0; up + down is positive
   * @param price what t costs in the objective: 1 for costs, else 0
   * @param row the row that t counts in with −1; −1 for none
   */
  record Kink(int asset, double centre, double up, double down, double price, int row) {}

  final List<Kink> list = new ArrayList<>();

  void add(int asset, double centre, double up, double down, double price, int row) {
    if (up + down > 0) {
      list.add(new Kink(asset, centre, up, down, price, row));
    }
  }
}
