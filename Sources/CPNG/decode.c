#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include "CPNG.h"
#include "status.h"

// Ancillary chunks larger than this are refused: 17 KB of text can expand to 5 MB.
enum { CHUNK_LIMIT = 8 << 20, CHUNK_COUNT_LIMIT = 1000, SIDE_LIMIT = 1 << 16 };

typedef struct {
  const uint8_t *bytes;
  size_t size;
  size_t position;
} source;

static void take(png_structp png, png_bytep bytes, size_t count) {
  source *source = png_get_io_ptr(png);
  if (count > source->size - source->position) png_error(png, "the file ends early");
  memcpy(bytes, source->bytes + source->position, count);
  source->position += count;
}

// Everything but a palette's indices becomes 8-bit grey or RGB, with alpha where something may be
// transparent.
static void set_transformations(png_structp png, png_infop info, tessera_png_result *result) {
  int color_type = png_get_color_type(png, info);
  int has_alpha =
      (color_type & PNG_COLOR_MASK_ALPHA) != 0 || png_get_valid(png, info, PNG_INFO_tRNS) != 0;
  result->channels = ((color_type & PNG_COLOR_MASK_COLOR) != 0 ? 3 : 1) + has_alpha;
  if (color_type == PNG_COLOR_TYPE_PALETTE) {
    png_set_packing(png);
    return;
  }
  // A transparent level is compared before 16 bits become 8.
  png_set_expand(png);
  if (png_get_bit_depth(png, info) == 16) png_set_scale_16(png);
}

// Replaces the indices at the end of the samples, one a pixel, by their colors from the first on. Done
// here, because libpng makes black of an index that the palette does not have.
static void look_up(png_structp png, png_infop info, tessera_png_result *result) {
  png_colorp palette = NULL;
  int count = 0;
  png_get_PLTE(png, info, &palette, &count);
  png_bytep alphas = NULL;
  int alpha_count = 0;
  png_get_tRNS(png, info, &alphas, &alpha_count, NULL);
  size_t pixels = (size_t)result->width * result->height;
  const uint8_t *indices = result->data + result->size - pixels;
  uint8_t *sample = result->data;
  // Writing never comes before reading: a pixel has more samples than its index.
  for (size_t pixel = 0; pixel < pixels; pixel++) {
    int index = indices[pixel];
    if (index >= count) png_error(png, "a pixel names a color that the palette does not have");
    *sample++ = palette[index].red;
    *sample++ = palette[index].green;
    *sample++ = palette[index].blue;
    if (result->channels == 4) *sample++ = index < alpha_count ? alphas[index] : 255;
  }
}

static int read_all(png_structp png, png_infop info, size_t limit, tessera_png_result *result) {
  png_read_info(png, info);
  result->width = png_get_image_width(png, info);
  result->height = png_get_image_height(png, info);
  set_transformations(png, info, result);
  int has_palette = png_get_color_type(png, info) == PNG_COLOR_TYPE_PALETTE;
  // Both sides are at most 2^20, so that the product fits.
  size_t stride = (size_t)result->width * (size_t)result->channels;
  if (stride * result->height > limit) return TESSERA_PNG_TOO_LARGE;
  result->size = stride * result->height;
  if (has_palette) stride = result->width;
  int passes = png_set_interlace_handling(png);
  png_read_update_info(png, info);
  if (png_get_rowbytes(png, info) != stride) png_error(png, "rows of an unexpected size");
  result->data = calloc(result->size, 1);
  if (result->data == NULL) return TESSERA_PNG_NO_MEMORY;
  uint8_t *first = result->data + result->size - stride * result->height;
  for (int pass = 0; pass < passes; pass++) {
    for (uint32_t row = 0; row < result->height; row++) {
      png_read_row(png, first + row * stride, NULL);
    }
  }
  png_read_end(png, NULL);
  if (has_palette) look_up(png, info, result);
  return TESSERA_PNG_OK;
}

int tessera_png_decode(const uint8_t *bytes, size_t size, size_t limit,
                       tessera_png_result *result) {
  memset(result, 0, sizeof *result);
  source source = {bytes, size, 0};
  png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, result, tessera_png_error,
                                           tessera_png_warning);
  if (png == NULL) return TESSERA_PNG_NO_MEMORY;
  png_infop info = png_create_info_struct(png);
  if (info == NULL) {
    png_destroy_read_struct(&png, NULL, NULL);
    return TESSERA_PNG_NO_MEMORY;
  }
  volatile int status;
  if (setjmp(png_jmpbuf(png)) == 0) {
    png_set_user_limits(png, SIDE_LIMIT, SIDE_LIMIT);
    png_set_chunk_malloc_max(png, CHUNK_LIMIT);
    png_set_chunk_cache_max(png, CHUNK_COUNT_LIMIT);
    png_set_crc_action(png, PNG_CRC_ERROR_QUIT, PNG_CRC_ERROR_QUIT);
    png_set_read_fn(png, &source, take);
    status = read_all(png, info, limit, result);
  } else {
    status = TESSERA_PNG_FAILED;
  }
  png_destroy_read_struct(&png, &info, NULL);
  if (status != TESSERA_PNG_OK) tessera_png_free(result);
  return status;
}
