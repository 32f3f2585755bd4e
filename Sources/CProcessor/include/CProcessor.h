#ifndef TESSERA_CPROCESSOR_H
#define TESSERA_CPROCESSOR_H

// 1 if this build needs AVX2 and FMA, 0 for the portable build.
int tessera_requires_avx2(void);

#endif
