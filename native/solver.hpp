// A problem that is kept ready, and the batches of it that are solved: what every executor offers.
#pragma once

#include "batch.hpp"

namespace parabola {

// Where the answers go: weights [count, stride], zero beyond n, meaningful for the statuses that have weights; answers
// [count]; prices [count, priceCount()]: budget, rows, turnover, gross exposure, target; reduced costs [count, stride]
// or null.
struct ResultView {
  double* weights;
  Answer* answers;
  double* prices;
  double* reducedCosts;
  // Called, where it is not null, with scenarios [from, to) whose answers and prices are there, each of them once, by
  // whichever thread is done with them.
  void (*done)(void* self, int from, int to) = nullptr;
  void* self = nullptr;

  void reportDone(int from, int to) const {
    if (done != nullptr) {
      done(self, from, to);
    }
  }
};

// Immutable to its users; solve may be called from many threads at once.
class Solver {
 public:
  virtual ~Solver() = default;

  virtual int rows() const = 0;
  int priceCount() const { return rows() + 4; }

  // Solves all scenarios on up to `threads` threads of the host, the calling one among them. Each answer is a pure
  // function of the problem and its scenario: the same bits for any number of threads, any chunking, any order.
  virtual void solve(const BatchView& batch, const ResultView& results, int threads, double tolerance) = 0;
};

}  // namespace parabola
