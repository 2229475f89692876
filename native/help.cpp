#include "help.hpp"

#include <algorithm>
#include <chrono>
#include <exception>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace parabola {

namespace {

// How long a thread waits to be called.
constexpr std::chrono::seconds kPatience{5};

// The last turns of several threads end about so long after each other: to sleep and be woken would take longer.
constexpr std::chrono::microseconds kSoon{100};

}  // namespace

struct Help::Helper {
  Help* help;  // null while it waits
  int number;
  std::condition_variable wake;
};

class Help::Waiting {
 public:
  std::mutex mutex;              // of this, of every Helper and of every Help
  std::vector<Helper*> helpers;  // at the end who has come last, and what it needs is in its caches
};

// Never destroyed: its threads may outlive main().
Help::Waiting& Help::waiting() {
  static Waiting& all = *new Waiting;
  return all;
}

void Help::call(int count) {
  Waiting& all = waiting();
  for (int number = 1; number <= count; number++) {
    {
      const std::lock_guard<std::mutex> lock(all.mutex);
      busy_++;
      if (!all.helpers.empty()) {
        Helper& helper = *all.helpers.back();
        all.helpers.pop_back();
        helper.help = this;
        helper.number = number;
        helper.wake.notify_one();
        continue;
      }
    }
    try {
      auto helper = std::make_unique<Helper>();
      helper->help = this;
      helper->number = number;
      std::thread(serve, helper.get()).detach();
      helper.release();
    } catch (const std::exception&) {
      // There are no more threads, or there is no memory for them.
      busy_--;
      return;
    }
  }
}

void Help::wait() {
  const auto begin = std::chrono::steady_clock::now();
  while (busy_ > 0 && std::chrono::steady_clock::now() - begin < kSoon) {
    std::this_thread::yield();
  }
  // Whoever was the last has let go of this when the lock is to be had.
  std::unique_lock<std::mutex> lock(waiting().mutex);
  done_.wait(lock, [this] { return busy_ == 0; });
}

void Help::serve(Helper* self) {
  const std::unique_ptr<Helper> owner(self);
  Waiting& all = waiting();
  std::unique_lock<std::mutex> lock(all.mutex, std::defer_lock);
  for (;;) {
    self->help->work_(self->number);
    lock.lock();
    if (--self->help->busy_ == 0) {
      self->help->done_.notify_one();
    }
    self->help = nullptr;
    all.helpers.push_back(self);
    if (!self->wake.wait_for(lock, kPatience, [self] { return self->help != nullptr; })) {
      all.helpers.erase(std::find(all.helpers.begin(), all.helpers.end(), self));
      return;
    }
    lock.unlock();
  }
}

}  // namespace parabola
