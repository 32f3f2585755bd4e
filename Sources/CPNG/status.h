// What encoder and decoder share: how libpng's complaints become a message.
#ifndef TESSERA_CPNG_STATUS_H
#define TESSERA_CPNG_STATUS_H
#include <png.h>

void tessera_png_error(png_structp png, png_const_charp message);
void tessera_png_warning(png_structp png, png_const_charp message);

#endif
