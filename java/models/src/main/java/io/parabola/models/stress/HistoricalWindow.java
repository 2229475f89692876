package io.parabola.models.stress;

import java.util.List;

/**
 * A window of the past, named.
 *
 * @param name what happened
 * @param from the first time in it, as the data spells times
 * @param to the last
 */
public record HistoricalWindow(String name, String from, String to) {

  /**
   * Falls of the crypto market that everybody remembers, by day in ISO form.
   *
   * @return March 2020, May 2021, May 2022 and November 2022
   */
  public static List<HistoricalWindow> crypto() {
    return List.of(
        new HistoricalWindow("Pandemic crash, March 2020", "2020-03-07", "2020-03-16"),
        new HistoricalWindow("China's mining ban, May 2021", "2021-05-10", "2021-05-23"),
        new HistoricalWindow("Fall of Terra, May 2022", "2022-05-05", "2022-05-18"),
        new HistoricalWindow("Fall of FTX, November 2022", "2022-11-05", "2022-11-14"));
  }
}
