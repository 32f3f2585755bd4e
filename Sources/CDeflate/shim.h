// libdeflate: whole buffers of deflate, zlib and gzip data, two to three times as quick as zlib.
#ifndef TESSERA_CDEFLATE_SHIM_H
#define TESSERA_CDEFLATE_SHIM_H
#include <libdeflate.h>
#endif
