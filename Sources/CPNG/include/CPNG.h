// libpng's classic API unwinds with longjmp, which must never cross a Swift frame:
// every function here catches it and returns a status.
#ifndef TESSERA_CPNG_H
#define TESSERA_CPNG_H
#include <stddef.h>
#include <stdint.h>

enum {
  TESSERA_PNG_OK = 0,
  TESSERA_PNG_FAILED = 1,       // libpng's complaint is in `message`
  TESSERA_PNG_NO_MEMORY = 2,
  TESSERA_PNG_TOO_LARGE = 3,    // more samples than allowed
};

enum { TESSERA_PNG_MESSAGE_SIZE = 128 };

// A finished encoding or decoding; `data` is malloc'ed, freed by tessera_png_free.
typedef struct {
  uint8_t *data;
  size_t size;
  uint32_t width;
  uint32_t height;
  int channels;
  char message[TESSERA_PNG_MESSAGE_SIZE];
} tessera_png_result;

// Encodes height x width x channels samples (channels 1 or 3) with `text_count` text chunks
// (iTXt, UTF-8) keyed by keywords of 1 to 79 Latin-1 characters. No time chunk, fixed level and
// filter: the same input gives the same bytes.
int tessera_png_encode(const uint8_t *pixels, uint32_t width, uint32_t height, int channels,
                       const char *const *keywords, const char *const *texts, size_t text_count,
                       tessera_png_result *result);

// Decodes an image of any kind into at most `limit` samples of 8 bits: grey or RGB, with an alpha
// sample behind them where the file has transparency. Palettes and 1, 2 and 4 bits are expanded, 16
// bits are scaled to the nearest of 8; gamma, profiles and background colours are left alone.
int tessera_png_decode(const uint8_t *bytes, size_t size, size_t limit,
                       tessera_png_result *result);

void tessera_png_free(tessera_png_result *result);

#endif
