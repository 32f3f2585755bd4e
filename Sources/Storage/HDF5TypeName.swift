import CHDF5

/// Types of datasets and attributes in numpy's words.
enum HDF5TypeName {
  /// `f4`, `big-endian i2`, `text of any length`. On the queue.
  static func words(of type: hid_t) -> String {
    let size = H5Tget_size(type)
    let order = H5Tget_order(type) == H5T_ORDER_BE && size > 1 ? "big-endian " : ""
    switch H5Tget_class(type) {
    case H5T_INTEGER: return order + (H5Tget_sign(type) == H5T_SGN_NONE ? "u" : "i") + "\(size)"
    case H5T_FLOAT: return order + "f\(size)"
    case H5T_STRING:
      return H5Tis_variable_str(type) > 0 ? "text of any length" : "text of \(size) bytes"
    case H5T_BITFIELD: return "bits in \(size) bytes"
    case H5T_OPAQUE: return "\(size) bytes without a type"
    case H5T_COMPOUND: return "records of \(H5Tget_nmembers(type)) fields"
    case H5T_REFERENCE: return "references"
    case H5T_ENUM: return H5Tget_nmembers(type) == 2 && size == 1 ? "booleans" : "an enumeration"
    case H5T_VLEN: return "lists of any length"
    case H5T_ARRAY: return "arrays of \(size) bytes"
    default: return "another type"
    }
  }
}
