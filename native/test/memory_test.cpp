// Memory that is lent again: aligned, of zeros where those are asked for, and nobody else's while it is out.
#include "memory.hpp"

#include <algorithm>
#include <cstdint>
#include <random>
#include <thread>
#include <utility>
#include <vector>

#include "check.hpp"

using namespace parabola;

namespace {

struct Lent {
  double* block;
  std::size_t numbers;
  double mark;
};

bool holds(const Lent& lent) {
  return std::all_of(lent.block, lent.block + lent.numbers, [&](double x) { return x == lent.mark; });
}

// Borrows and gives back blocks from a few numbers to a few megabytes, of sizes that come again, each full of a mark of
// its own.
void borrow(unsigned seed) {
  std::mt19937_64 random(seed);
  const std::size_t sizes[] = {1, 7, 1000, 60'000, 262'143, 262'144, 262'145, 700'001};
  std::vector<Lent> out;
  for (int step = 0; step < 400; step++) {
    if (out.size() > 6 || (!out.empty() && random() % 2 == 0)) {
      const std::size_t which = random() % out.size();
      CHECK(holds(out[which]), "seed %u step %d: a block of %zu was changed by another", seed, step,
            out[which].numbers);
      takeBack(out[which].block, out[which].numbers);
      out.erase(out.begin() + static_cast<std::ptrdiff_t>(which));
      continue;
    }
    const std::size_t numbers = sizes[random() % std::size(sizes)];
    const bool zeros = random() % 2 == 0;
    Lent lent{lend(numbers, zeros), numbers, 0};
    CHECK(reinterpret_cast<std::uintptr_t>(lent.block) % 64 == 0, "seed %u: %zu numbers are not aligned", seed,
          numbers);
    CHECK(!zeros || holds(lent), "seed %u step %d: %zu numbers are not zero", seed, step, numbers);
    lent.mark = seed + 0.001 * step;
    std::fill_n(lent.block, numbers, lent.mark);
    out.push_back(lent);
  }
  for (const Lent& lent : out) {
    CHECK(holds(lent), "seed %u: a block of %zu was changed by another", seed, lent.numbers);
    takeBack(lent.block, lent.numbers);
  }
}

void scratchMoves() {
  Scratch one(300'000);
  double* const block = one.get();
  block[0] = 1;
  Scratch other(std::move(one));
  CHECK(other.get() == block && block[0] == 1, "a scratch that was moved has other memory");
}

}  // namespace

int main() {
  borrow(1);
  scratchMoves();
  std::vector<std::thread> threads;
  for (unsigned seed = 2; seed < 6; seed++) {
    threads.emplace_back(borrow, seed);
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  return failures == 0 ? 0 : 1;
}
