// Arrays of the host on their way to the device: first where each will lie in one block of its memory, then the copy.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <map>
#include <type_traits>
#include <vector>

namespace parabola::cuda {

class Arena {
 public:
  // `array` points to `count` numbers of the host, or is null (as it is if there are none); place() makes it point to
  // where they will be on the device. The same numbers are copied once.
  template <class T>
  void add(T*& array, std::int64_t count) {
    if (array == nullptr || count <= 0) {
      array = nullptr;
      return;
    }
    const void* const from = array;
    const std::size_t bytes = static_cast<std::size_t>(count) * sizeof(T);
    const auto [known, isNew] = places_.try_emplace(from, bytes_);
    if (isNew) {
      parts_.push_back({from, bytes, bytes_});
      bytes_ += (bytes + kAlignment - 1) / kAlignment * kAlignment;
    }
    pointers_.push_back({const_cast<void**>(reinterpret_cast<const void* const*>(&array)), known->second});
  }

  std::size_t bytes() const { return bytes_; }

  void place(char* device) {
    for (const Pointer& p : pointers_) {
      *p.at = device + p.offset;
    }
  }

  // Bytes [from, to) of the block; those between arrays are left as they are.
  void copy(char* target, std::size_t from, std::size_t to) const {
    for (const Part& part : parts_) {
      const std::size_t begin = part.offset > from ? part.offset : from;
      const std::size_t end = part.offset + part.bytes < to ? part.offset + part.bytes : to;
      if (begin < end) {
        std::memcpy(target + (begin - from), static_cast<const char*>(part.from) + (begin - part.offset), end - begin);
      }
    }
  }

 private:
  static constexpr std::size_t kAlignment = 256;
  struct Part {
    const void* from;
    std::size_t bytes;
    std::size_t offset;
  };
  struct Pointer {
    void** at;
    std::size_t offset;
  };
  std::vector<Part> parts_;
  std::vector<Pointer> pointers_;
  std::map<const void*, std::size_t> places_;
  std::size_t bytes_ = 0;
};

}  // namespace parabola::cuda
