// Threads that help a caller, and wait to be called again.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>

namespace parabola {

// Help with one piece of work. The threads come from those that wait, which all callers share: to wake one takes a
// third of the time that a new one takes. Who has waited for seconds ends.
class Help {
 public:
  explicit Help(std::function<void(int)> work) : work_(std::move(work)) {}  // which must not throw
  Help(const Help&) = delete;
  Help& operator=(const Help&) = delete;
  ~Help() { wait(); }

  // Has `count` threads call work(1), work(2) and so on: fewer, if the system gives no more. To be called once.
  void call(int count);

  // Waits until they all have returned.
  void wait();

 private:
  struct Helper;
  class Waiting;
  static Waiting& waiting();
  static void serve(Helper* self);

  std::function<void(int)> work_;
  std::atomic<int> busy_{0};  // threads that have not returned
  std::condition_variable done_;
};

}  // namespace parabola
