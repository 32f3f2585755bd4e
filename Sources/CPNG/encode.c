#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include "CPNG.h"
#include "status.h"

typedef struct {
  tessera_png_result *result;
  size_t capacity;
} sink;

static void append(png_structp png, png_bytep bytes, size_t count) {
  sink *sink = png_get_io_ptr(png);
  tessera_png_result *result = sink->result;
  if (count > sink->capacity - result->size) {
    size_t capacity = 2 * sink->capacity + count;
    uint8_t *data = realloc(result->data, capacity);
    if (data == NULL) png_error(png, "out of memory");
    result->data = data;
    sink->capacity = capacity;
  }
  memcpy(result->data + result->size, bytes, count);
  result->size += count;
}

static void flush(png_structp png) { (void)png; }

static void write_all(png_structp png, png_infop info, const uint8_t *pixels, uint32_t width,
                      uint32_t height, int channels, png_textp texts, size_t text_count) {
  png_set_compression_level(png, 6);
  png_set_compression_mem_level(png, 8);
  png_set_filter(png, PNG_FILTER_TYPE_BASE, PNG_FILTER_NONE);
  png_set_IHDR(png, info, width, height, 8,
               channels == 3 ? PNG_COLOR_TYPE_RGB : PNG_COLOR_TYPE_GRAY, PNG_INTERLACE_NONE,
               PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  if (text_count > 0) png_set_text(png, info, texts, (int)text_count);
  png_write_info(png, info);
  size_t stride = (size_t)width * (size_t)channels;
  for (uint32_t row = 0; row < height; row++) png_write_row(png, pixels + row * stride);
  png_write_end(png, NULL);
}

int tessera_png_encode(const uint8_t *pixels, uint32_t width, uint32_t height, int channels,
                       const char *const *keywords, const char *const *texts, size_t text_count,
                       tessera_png_result *result) {
  memset(result, 0, sizeof *result);
  sink sink = {result, 0};
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, result, tessera_png_error,
                                            tessera_png_warning);
  if (png == NULL) return TESSERA_PNG_NO_MEMORY;
  png_infop info = png_create_info_struct(png);
  png_textp chunks = calloc(text_count + 1, sizeof *chunks);
  if (info == NULL || chunks == NULL) {
    free(chunks);
    png_destroy_write_struct(&png, &info);
    return TESSERA_PNG_NO_MEMORY;
  }
  for (size_t i = 0; i < text_count; i++) {
    chunks[i].compression = PNG_ITXT_COMPRESSION_NONE;
    chunks[i].key = (png_charp)keywords[i];
    chunks[i].text = (png_charp)texts[i];
  }
  volatile int status = TESSERA_PNG_OK;
  if (setjmp(png_jmpbuf(png)) == 0) {
    png_set_write_fn(png, &sink, append, flush);
    write_all(png, info, pixels, width, height, channels, chunks, text_count);
  } else {
    status = TESSERA_PNG_FAILED;
  }
  free(chunks);
  png_destroy_write_struct(&png, &info);
  if (status != TESSERA_PNG_OK) tessera_png_free(result);
  return status;
}
