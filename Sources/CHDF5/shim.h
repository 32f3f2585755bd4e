// HDF5's type and property identifiers are macros over mutable globals; these functions read them.
#ifndef TESSERA_CHDF5_SHIM_H
#define TESSERA_CHDF5_SHIM_H
#include <hdf5.h>

static inline hid_t tessera_h5t_native_float(void) { return H5T_NATIVE_FLOAT; }

#endif
