#ifndef TESSERA_CPROCESSOR_H
#define TESSERA_CPROCESSOR_H

// 1 if this build needs AVX2 and FMA, 0 for the portable build.
int tessera_requires_avx2(void);

// What a thread that waits for another one's store does between two looks: leaves the core to its
// sibling for some tens of cycles.
static inline void tessera_pause(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

#endif
