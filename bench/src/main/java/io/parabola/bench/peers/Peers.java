package io.parabola.bench.peers;

import java.util.LinkedHashMap;
import java.util.Map;

/** The peers by the names that the command line knows them by. */
public final class Peers {
  private static final Map<String, Peer> ALL = new LinkedHashMap<>();

  static {
    ALL.put("ojalgo-admm", OjAlgo.ADMM);
    ALL.put("ojalgo-active-set", OjAlgo.ACTIVE_SET);
    ALL.put("ojalgo-active-set-iterative", OjAlgo.ACTIVE_SET_ITERATIVE);
    ALL.put("ojalgo-active-set-started", OjAlgo.ACTIVE_SET_STARTED);
    ALL.put("ojalgo-iterative-started", OjAlgo.ITERATIVE_STARTED);
    ALL.put("ojalgo-model", OjAlgo.MODEL);
    ALL.put("ojalgo-model-admm", OjAlgo.MODEL_ADMM);
    ALL.put("ojalgo-markowitz", OjAlgo.MARKOWITZ);
    ALL.put("ortools-pdlp", new Pdlp());
    ALL.put("hipparchus-admm", new HipparchusAdmm());
  }

  private Peers() {}

  /**
   * The peer of a name.
   *
   * @throws IllegalArgumentException if there is none, with those there are
   */
  public static Peer named(String name) {
    Peer peer = ALL.get(name);
    if (peer == null) {
      throw new IllegalArgumentException(
          "peer " + name + ": there is " + String.join(", ", ALL.keySet()));
    }
    OjAlgo.onOneThread();
    return peer;
  }
}
