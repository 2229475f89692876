// What returns are drawn from, and which of them: plain numbers, the same for every instruction set and on a device.
//
// A path is a sequence of steps, each of the length of one period. At step t of a path
//
//   r = mean + shift + m . (sqrt(1 - theta) . x + sqrt(theta) . sigma g)            "." by asset
//   x = s (C'z + specific . e) + jumps,   or   sigma . h                   z, e, g standard normal
//
// with the regime that the path is in (a Markov chain from step to step), s = sqrt((nu - 2) / chi squared of nu) for
// Student-t and 1 for normal returns, jumps = sum of N ~ Poisson(lambda) normal vectors, less their mean, and h one of
// the observed rows, by the stationary bootstrap of Politis and Romano (1994): the one that follows that of the step
// before, or with probability 1/(mean length of blocks) any. sigma is the standard deviation of x; filtered, it moves
// with the path as an exponentially weighted variance does: sigma^2 <- decay sigma^2 + (1 - decay) x^2.
//
// Shifts, the multipliers m and the correlations' way theta towards one are a path's own. Covariance of r, without
// theta and m: C'C + specific^2 (in every model: s has mean square 1), and that of the jumps.
#pragma once

#include <cstdint>

namespace parabola {

struct ProcessView {
  int n = 0;
  long stride = 0;  // numbers from one row of the arrays to the next, n rounded up to 8, zero behind n

  int regimes = 1;
  const double* mean = nullptr;        // [regimes, stride]
  const double* deviation = nullptr;   // [regimes, stride]: sigma
  const double* freedom = nullptr;     // [regimes]: nu, above 2; 0 for normal returns
  const double* initial = nullptr;     // [regimes], sums of probabilities; null where there is one regime
  const double* transition = nullptr;  // [regimes, regimes], sums of probabilities along the rows; null: as initial

  const double* columns = nullptr;   // [firstColumn[regimes], stride]: C of one regime after the other
  const int* firstColumn = nullptr;  // [regimes + 1]
  int mostColumns = 0;               // of any regime
  int allColumns = 0;                // of all: firstColumn[regimes]
  const double* specific = nullptr;  // [regimes, stride], standard deviations, or null

  double jumpMean = 0;               // lambda, in a step
  double noJump = 1;                 // exp(-lambda)
  const double* jump = nullptr;      // [stride], the mean of one
  const double* jumpRoot = nullptr;  // [jumpColumns, stride]; its covariance is jumpRoot'jumpRoot
  int jumpColumns = 0;

  int observations = 0;             // 0: no history
  const double* history = nullptr;  // [observations, stride]: h, of mean 0; of variance 1 if filtered
  double restart = 1;               // 1/(mean length of blocks)
  double decay = 1;                 // below 1: filtered

  bool limited = false;  // nothing loses more than it is worth: returns below -1 become -1
};

// Which paths and steps, and what is their own.
struct DrawView {
  std::uint64_t seed = 0;
  std::int64_t firstPath = 0;
  const std::int64_t* numbers = nullptr;  // [paths]: which ones, or null for those from firstPath on
  int paths = 0;
  int firstStep = 0;
  int steps = 1;

  const double* shifts = nullptr;  // [paths, shiftStride], added to the mean, or null
  long shiftStride = 0;
  const double* multipliers = nullptr;  // [paths, multiplierStride]: m, or null
  long multiplierStride = 0;
  bool multiplierEach = false;     // one for each asset, not the first for all
  const double* stress = nullptr;  // [paths, stressStride]: theta, or null
  long stressStride = 0;
  bool stressEach = false;

  double* target = nullptr;  // [paths * steps, targetStride], the steps of a path after one another
  long targetStride = 0;     // written as far as n; behind it zero up to `padding`
  int padding = 0;
};

}  // namespace parabola
