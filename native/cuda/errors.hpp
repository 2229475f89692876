// What goes wrong on a device.
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>

namespace parabola::cuda {

class CudaError : public std::runtime_error {
 public:
  // `sticky`: the device's state is lost, and every later call of this process fails alike.
  CudaError(int code, bool sticky, const std::string& sentence)
      : std::runtime_error(sentence), code_(code), sticky_(sticky) {}

  int code() const { return code_; }  // the CUDA runtime's
  bool sticky() const { return sticky_; }

 private:
  int code_;
  bool sticky_;
};

// The state is as before the call: less may be asked for.
class OutOfMemory : public CudaError {
 public:
  OutOfMemory(int code, std::size_t bytes, const std::string& sentence)
      : CudaError(code, false, sentence), bytes_(bytes) {}

  std::size_t bytes() const { return bytes_; }

 private:
  std::size_t bytes_;
};

}  // namespace parabola::cuda
