// Processes of returns for the tests.
#pragma once

#include <cmath>
#include <vector>

#include "process.hpp"

namespace parabola {

// One of every kind, small enough to be drawn many times.
struct Process {
  std::vector<double> mean, deviation, freedom, initial, transition, columns, specific, jump, jumpRoot, history;
  std::vector<int> firstColumn;
  ProcessView view;

  Process(int n, int kind) {
    const long stride = (n + 7) / 8 * 8;
    ProcessView& p = view;
    p.n = n;
    p.stride = stride;
    p.regimes = kind == 3 ? 3 : 1;
    const auto fill = [&](std::vector<double>& a, int rows, double scale, unsigned seed) {
      a.assign(rows * stride, 0.0);
      for (int r = 0; r < rows; r++) {
        for (int i = 0; i < n; i++) {
          seed = seed * 1664525 + 1013904223;
          a[r * stride + i] = scale * ((seed >> 8) / 16777216.0 - 0.3);
        }
      }
    };
    fill(mean, p.regimes, 0.01, 1);
    fill(deviation, p.regimes, 0.05, 2);
    for (double& d : deviation) {
      d = std::fabs(d);
    }
    freedom.assign(p.regimes, kind == 1 || kind == 3 ? 4 : 0);
    firstColumn = {0};
    for (int r = 0; r < p.regimes; r++) {
      firstColumn.push_back(firstColumn.back() + (kind == 4 ? 3 : n - r % n));
    }
    p.mostColumns = firstColumn[1];
    p.allColumns = firstColumn.back();
    fill(columns, firstColumn.back(), 0.02, 3);
    if (kind == 4) {
      fill(specific, 1, 0.03, 4);
      p.specific = specific.data();
    }
    if (kind == 2) {
      fill(jump, 1, -0.1, 5);
      fill(jumpRoot, 2, 0.05, 6);
      p.jumpMean = 0.7;
      p.noJump = std::exp(-0.7);
      p.jump = jump.data();
      p.jumpRoot = jumpRoot.data();
      p.jumpColumns = 2;
    }
    if (kind == 3) {
      initial = {0.5, 0.8, 1};
      transition = {0.9, 0.95, 1, 0.1, 0.9, 1, 0.2, 0.4, 1};
      p.initial = initial.data();
      p.transition = transition.data();
    }
    if (kind >= 5) {
      p.observations = 50;
      fill(history, p.observations, 1, 7);
      p.history = history.data();
      p.restart = 0.2;
      p.decay = kind == 6 ? 0.94 : 1;
    }
    p.limited = kind == 2;
    p.mean = mean.data();
    p.deviation = deviation.data();
    p.freedom = freedom.data();
    p.columns = columns.data();
    p.firstColumn = firstColumn.data();
  }
};

constexpr int kProcesses = 7;  // kinds of them

}  // namespace parabola
