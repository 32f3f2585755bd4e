// Checks the processor before any Swift code runs: this file is compiled without -march, so it can
// still speak where the first AVX2 instruction would end the process with SIGILL.
#include "CProcessor.h"

#ifdef TESSERA_REQUIRES_AVX2
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

__attribute__((constructor(101))) static void tessera_check_processor(void) {
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
      __builtin_cpu_supports("bmi2"))
    return;
  static const char message[] =
      "tessera: this build needs a processor with AVX2, FMA and BMI2, and this one lacks them; "
      "build for any x86-64 with: TESSERA_PORTABLE=1 swift build -c release "
      "--scratch-path .build-portable\n";
  ssize_t written = write(STDERR_FILENO, message, sizeof message - 1);
  (void)written;
  _exit(69);
}

int tessera_requires_avx2(void) { return 1; }
#else
int tessera_requires_avx2(void) { return 0; }
#endif
