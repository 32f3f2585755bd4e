import CHDF5

/// The type of the values of a dataset or an attribute, as a file's listing names it.
///
/// One part without a name, or the columns of a table. A part's word is numpy's (`f4`, `i8`; `S12` for text of 12
/// bytes, NUL-padded), and `?` with some words for a type that no file of ours has.
struct HDF5ValueType: Equatable, Sendable {
  struct Part: Equatable, Sendable {
    let name: String
    let word: String

    /// Bytes of a value; 0 for a type that is not ours.
    var size: Int { word.first == "?" ? 0 : Int(word.dropFirst()) ?? 0 }
  }

  let parts: [Part]

  /// A table has few columns: more is damage.
  private static let mostColumns = 1_000

  init(_ parts: [Part]) { self.parts = parts }

  /// A type that is listed by name alone, without its values.
  static func unlisted(_ words: String) -> HDF5ValueType {
    HDF5ValueType([Part(name: "", word: "?" + words)])
  }

  /// On the queue.
  init(of type: hid_t) {
    self = Self.known(type) ?? .unlisted(HDF5TypeName.words(of: type))
  }

  /// Whether its values are listed, and can be written again.
  var isKnown: Bool { !parts.isEmpty && parts.allSatisfy { $0.size > 0 } }

  /// Bytes of one value.
  var size: Int { isKnown ? parts.map(\.size).reduce(0, +) : 0 }

  /// Bytes of levels: in files of ours the values of images alone.
  var isLevels: Bool { parts.count == 1 && parts[0].word == UInt8.hdf5Name }

  private static func known(_ type: hid_t) -> HDF5ValueType? {
    guard H5Tget_class(type) == H5T_COMPOUND else {
      return word(of: type).map { HDF5ValueType([Part(name: "", word: $0)]) }
    }
    let count = Int(H5Tget_nmembers(type))
    guard (1...mostColumns).contains(count) else { return nil }
    var (parts, offset) = ([Part](), 0)
    for index in 0..<UInt32(count) {
      guard let name = H5Tget_member_name(type, index) else { return nil }
      defer { H5free_memory(name) }
      let member = HDF5Temporary(H5Tget_member_type(type, index), close: H5Tclose)
      guard let word = word(of: member.id), H5Tget_member_offset(type, index) == offset else {
        return nil
      }
      parts.append(Part(name: String(cString: name), word: word))
      offset += H5Tget_size(member.id)
    }
    return offset == H5Tget_size(type) ? HDF5ValueType(parts) : nil
  }

  private static func word(of type: hid_t) -> String? {
    if H5Tget_class(type) == H5T_STRING, H5Tis_variable_str(type) == 0 {
      return "S\(H5Tget_size(type))"
    }
    return numbers.first { H5Tequal(type, $0.hdf5Type()) > 0 }?.hdf5Name
  }

  private static let numbers: [any HDF5Element.Type] = [
    UInt8.self, Int32.self, Int64.self, Float.self, Double.self,
  ]

  /// The type in libhdf5's terms; a negative identifier, which the next call refuses, for what is not known.
  func make() -> HDF5Temporary {
    guard parts.count != 1 || !parts[0].name.isEmpty else { return Self.make(parts[0].word) }
    let compound = H5Tcreate(H5T_COMPOUND, max(1, size))
    var offset = 0
    for part in parts {
      let member = Self.make(part.word)
      H5Tinsert(compound, part.name, offset, member.id)
      offset += part.size
    }
    return HDF5Temporary(compound, close: H5Tclose)
  }

  private static func make(_ word: String) -> HDF5Temporary {
    if word.first == "S" {
      return HDF5Temporary.string(size: Int(word.dropFirst()) ?? 0, isASCII: false)
    }
    let number = numbers.first { $0.hdf5Name == word }
    return HDF5Temporary(number.map { H5Tcopy($0.hdf5Type()) } ?? -1, close: H5Tclose)
  }
}
