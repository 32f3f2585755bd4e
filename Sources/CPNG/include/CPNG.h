// libpng's classic API unwinds with longjmp, which must never cross a Swift frame:
// every function here catches it and returns a status.
#ifndef TESSERA_CPNG_H
#define TESSERA_CPNG_H
#include <stddef.h>
#include <stdint.h>

#endif
