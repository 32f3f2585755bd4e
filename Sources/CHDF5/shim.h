// HDF5's type and property identifiers are macros over mutable globals, its defaults are casts:
// these functions read them.
#ifndef TESSERA_CHDF5_SHIM_H
#define TESSERA_CHDF5_SHIM_H
#include <hdf5.h>
#include <stdio.h>

static inline hid_t tessera_h5_u8(void) { return H5T_STD_U8LE; }
static inline hid_t tessera_h5_i32(void) { return H5T_STD_I32LE; }
static inline hid_t tessera_h5_i64(void) { return H5T_STD_I64LE; }
static inline hid_t tessera_h5_f32(void) { return H5T_IEEE_F32LE; }
static inline hid_t tessera_h5_f64(void) { return H5T_IEEE_F64LE; }
static inline hid_t tessera_h5_c_string(void) { return H5T_C_S1; }

static inline hid_t tessera_h5p_file_create(void) { return H5P_FILE_CREATE; }
static inline hid_t tessera_h5p_file_access(void) { return H5P_FILE_ACCESS; }
static inline hid_t tessera_h5p_group_create(void) { return H5P_GROUP_CREATE; }
static inline hid_t tessera_h5p_dataset_create(void) { return H5P_DATASET_CREATE; }
static inline hid_t tessera_h5p_default(void) { return H5P_DEFAULT; }
static inline hid_t tessera_h5s_all(void) { return H5S_ALL; }
static inline hsize_t tessera_h5s_unlimited(void) { return H5S_UNLIMITED; }
static inline unsigned tessera_h5f_truncate(void) { return H5F_ACC_TRUNC; }
static inline unsigned tessera_h5f_read_only(void) { return H5F_ACC_RDONLY; }

// Per thread, so to be called before each use: HDF5 prints its error stack otherwise.
static inline void tessera_h5_silence(void) { H5Eset_auto2(H5E_DEFAULT, NULL, NULL); }

// Attributes of an object; negative where it cannot be asked.
static inline int64_t tessera_h5_attribute_count(hid_t object) {
  H5O_info_t info;
  if (H5Oget_info2(object, &info, H5O_INFO_NUM_ATTRS) < 0) return -1;
  return (int64_t)info.num_attrs;
}

typedef struct {
  char *text;
  size_t size;
} tessera_h5_message_buffer;

static inline herr_t tessera_h5_take_first(unsigned n, const H5E_error2_t *error, void *data) {
  tessera_h5_message_buffer *buffer = (tessera_h5_message_buffer *)data;
  if (n == 0) snprintf(buffer->text, buffer->size, "%s", error->desc ? error->desc : "");
  return 0;
}

// The innermost message of this thread's error stack; empty if there is none.
static inline void tessera_h5_message(char *text, size_t size) {
  tessera_h5_message_buffer buffer = {text, size};
  if (size > 0) text[0] = 0;
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, tessera_h5_take_first, &buffer);
  H5Eclear2(H5E_DEFAULT);
}

#endif
