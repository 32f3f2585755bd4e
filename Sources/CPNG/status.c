#include "status.h"

#include <stdio.h>
#include <stdlib.h>

#include "CPNG.h"

void tessera_png_error(png_structp png, png_const_charp message) {
  tessera_png_result *result = png_get_error_ptr(png);
  snprintf(result->message, sizeof result->message, "%s", message);
  png_longjmp(png, 1);
}

// Warnings (an odd ancillary chunk) don't touch the samples.
void tessera_png_warning(png_structp png, png_const_charp message) {
  (void)png;
  (void)message;
}

void tessera_png_free(tessera_png_result *result) {
  free(result->data);
  result->data = NULL;
}
