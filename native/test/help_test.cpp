// Threads that help: all that were called come, whoever calls them and from where, they are the same ones again, and
// what one of them throws reaches the caller. Under ThreadSanitizer.
#include <atomic>
#include <chrono>
#include <mutex>
#include <set>
#include <stdexcept>
#include <thread>
#include <vector>

#include "check.hpp"
#include "shares.hpp"

using namespace parabola;

namespace {

void everyoneCalledComesOnce() {
  for (int count = 0; count <= 5; count++) {
    std::vector<int> came(count + 1);
    Help help([&](int number) { came[number]++; });
    help.call(count);
    help.wait();
    for (int number = 1; number <= count; number++) {
      CHECK(came[number] == 1, "%d called: number %d came %d times", count, number, came[number]);
    }
  }
}

void whoWaitsIsCalledBeforeAnybodyNew() {
  std::mutex mutex;
  std::set<std::thread::id> seen;
  for (int round = 0; round < 200; round++) {
    Help help([&](int) {
      const std::lock_guard<std::mutex> lock(mutex);
      seen.insert(std::this_thread::get_id());
    });
    help.call(2);
  }
  // Those of the tests before wait too.
  CHECK(seen.size() <= 5, "%zu threads for two at a time", seen.size());
}

void callersShareThemAndCallFromWithin() {
  std::atomic<long> sum{0};
  std::vector<std::thread> callers;
  for (int c = 0; c < 4; c++) {
    callers.emplace_back([&] {
      for (int round = 0; round < 50; round++) {
        Help outer([&](int) {
          Help inner([&](int) { sum++; });
          inner.call(2);
          inner.wait();
          sum += 10;
        });
        outer.call(2);
      }
    });
  }
  for (std::thread& caller : callers) {
    caller.join();
  }
  CHECK(sum == 4 * 50 * 2 * 12, "the sum is %ld", sum.load());
}

void allItemsAreDoneOnce() {
  for (const int count : {0, 1, 2, 7, 1000}) {
    for (const int turn : {1, 3, 100}) {
      for (const int threads : {1, 2, 5}) {
        for (const bool large : {false, true}) {
          std::vector<int> done(count);
          shareOut(count, turn, threads, large, [&](auto turns) {
            turns([&](int from, int to) {
              for (int k = from; k < to; k++) {
                done[k]++;
              }
            });
          });
          bool once = true;
          for (const int times : done) {
            once = once && times == 1;
          }
          CHECK(once, "%d items, %d a turn, %d threads", count, turn, threads);
        }
      }
    }
  }
}

void longWorkIsNotDoneAlone() {
  std::mutex mutex;
  std::set<std::thread::id> seen;
  shareOut(40, 1, 3, false, [&](auto turns) {
    turns([&](int, int) {
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
      const std::lock_guard<std::mutex> lock(mutex);
      seen.insert(std::this_thread::get_id());
    });
  });
  CHECK(seen.size() == 3, "%zu of 3 threads had a turn", seen.size());
}

void whatIsThrownReachesTheCaller() {
  for (int thrower = 0; thrower < 60; thrower += 7) {
    bool caught = false;
    try {
      shareOut(60, 1, 3, true, [&](auto turns) {
        turns([&](int from, int) {
          if (from == thrower) {
            throw std::runtime_error("it");
          }
        });
      });
    } catch (const std::runtime_error&) {
      caught = true;
    }
    CHECK(caught, "item %d threw", thrower);
  }
}

}  // namespace

int main() {
  everyoneCalledComesOnce();
  whoWaitsIsCalledBeforeAnybodyNew();
  callersShareThemAndCallFromWithin();
  allItemsAreDoneOnce();
  longWorkIsNotDoneAlone();
  whatIsThrownReachesTheCaller();
  std::printf("%s\n", failures == 0 ? "help comes" : "help fails");
  return failures == 0 ? 0 : 1;
}
