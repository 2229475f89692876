// Many like items of work over threads.
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <exception>
#include <mutex>
#include <vector>

#include "help.hpp"

namespace parabola {

// The items that each of several threads works on: turns of a share of its own first, then what others have left of
// theirs. Apart from each other they do not wait for one another's new pages of memory.
class Shares {
 public:
  Shares(int count, int turn, int threads)
      : count_(count), turn_(turn), each_((count + threads - 1) / threads), shares_(threads) {
    for (int t = 0; t < threads; t++) {
      shares_[t].next = std::min(t * static_cast<long>(each_), static_cast<long>(count));
    }
  }

  // Calls take(from, to) for one turn after another, until none is left.
  template <class F>
  void each(int thread, F take) {
    const int threads = static_cast<int>(shares_.size());
    for (int k = 0; k < threads; k++) {
      const int t = (thread + k) % threads;
      const long end = std::min((t + 1) * static_cast<long>(each_), static_cast<long>(count_));
      for (long from; (from = shares_[t].next.fetch_add(turn_, std::memory_order_relaxed)) < end;) {
        take(static_cast<int>(from), static_cast<int>(std::min(from + turn_, end)));
      }
    }
  }

  // No more turns for anybody.
  void stop() {
    for (Share& share : shares_) {
      share.next = count_;
    }
  }

 private:
  struct alignas(64) Share {
    std::atomic<long> next{0};
  };
  int count_, turn_, each_;
  std::vector<Share> shares_;
};

// To call a thread and to wait for its end takes up to a few hundred microseconds. So work that may be shorter is begun
// by the caller alone, who calls for help once what is left, at the pace so far, takes longer than this.
constexpr std::chrono::microseconds kHelpPays{250};

// Calls work(turns) on up to `threads` threads, the caller's among them; turns(take) calls take(from, to) for one turn
// after another of the items [0, count). The other threads start at once if the work is `large`, else when the caller
// has seen that it is. Throws what one of them threw, when all have ended.
template <class F>
void shareOut(int count, int turn, int threads, bool large, F work) {
  threads = std::clamp((count + turn - 1) / turn, 1, threads);
  Shares shares(count, turn, threads);
  std::exception_ptr failure;
  std::mutex failureMutex;
  const auto run = [&](int thread, auto beforeTurn) {
    try {
      work([&](auto take) {
        shares.each(thread, [&](int from, int to) {
          beforeTurn();
          take(from, to);
        });
      });
    } catch (...) {
      const std::lock_guard<std::mutex> lock(failureMutex);
      failure = std::current_exception();
      shares.stop();
    }
  };
  Help help([&](int thread) { run(thread, [] {}); });
  bool called = threads == 1;
  const auto callHelp = [&] {
    called = true;
    help.call(threads - 1);
  };
  if (large && !called) {
    callHelp();
  }
  const auto begin = std::chrono::steady_clock::now();
  int done = 0;
  run(0, [&] {
    if (!called && done > 0 && (std::chrono::steady_clock::now() - begin) * (count - done) > kHelpPays * done) {
      callHelp();
    }
    done += turn;
  });
  help.wait();
  if (failure) {
    std::rethrow_exception(failure);
  }
}

}  // namespace parabola
