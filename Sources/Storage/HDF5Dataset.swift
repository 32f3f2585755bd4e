import CHDF5

/// An open dataset of numbers, written and read whole or by rows of its first axis.
///
/// `@unchecked Sendable`: the identifier is only touched on the queue that owns libhdf5.
package final class HDF5Dataset<Element: HDF5Element>: @unchecked Sendable {
  package let file: HDF5File
  package let name: String
  package let shape: [Int]
  let id: hid_t

  init(file: HDF5File, name: String, shape: [Int], id: hid_t) {
    self.file = file
    self.name = name
    self.shape = shape
    self.id = id
  }

  deinit {
    // Closing writes the cached chunks, and so is where a full disk may show.
    HDF5Queue.perform { file.note(H5Dclose(id), closing: name) }
  }

  var place: HDF5Place { file.place(name) }

  /// Elements of one row, a row being one index of the first axis.
  package var rowSize: Int { shape.dropFirst().reduce(1, *) }

  /// Writes whole rows from `first` on.
  package func writeRows(_ values: UnsafeBufferPointer<Element>, from first: Int) throws {
    let rows = rowCount(of: values.count)
    precondition(first >= 0 && first + rows <= (shape.first ?? 1), "rows outside the dataset")
    guard !values.isEmpty else { return }
    try HDF5Queue.perform {
      try withRows(first, rows, .write) { memory, disk in
        H5Dwrite(
          id, Element.hdf5Type(), memory, disk, tessera_h5p_default(), values.baseAddress)
      }
    }
  }

  package func writeRows(_ values: [Element], from first: Int) throws {
    try values.withUnsafeBufferPointer { try writeRows($0, from: first) }
  }

  /// Reads the rows `range`. Throws `StorageFault` (65) when the file has fewer.
  package func readRows(_ range: Range<Int>) throws -> [Element] {
    guard range.lowerBound >= 0, range.upperBound <= (shape.first ?? 1) else {
      throw place.fault("expected rows \(range), found \(shape.first ?? 1)")
    }
    guard !range.isEmpty, rowSize > 0 else { return [] }
    var values = [Element](repeating: Element.hdf5Zero, count: range.count * rowSize)
    try values.withUnsafeMutableBufferPointer { buffer in
      try HDF5Queue.perform {
        try withRows(range.lowerBound, range.count, .read) { memory, disk in
          H5Dread(
            id, Element.hdf5Type(), memory, disk, tessera_h5p_default(), buffer.baseAddress)
        }
      }
    }
    return values
  }

  /// Everything, row-major.
  package func read() throws -> [Element] { try readRows(0..<(shape.first ?? 1)) }

  private func rowCount(of values: Int) -> Int {
    precondition(rowSize > 0 && values % rowSize == 0, "whole rows")
    return values / rowSize
  }

  private func withRows(
    _ first: Int, _ rows: Int, _ operation: StorageOperation,
    _ body: (_ memory: hid_t, _ disk: hid_t) -> herr_t
  ) throws {
    try place.withRows(first..<first + rows, of: id, shape, operation, body)
  }
}

extension HDF5Place {
  /// Calls `body` with the data spaces of some rows of a dataset: as in memory, and in the file.
  func withRows(
    _ rows: Range<Int>, of dataset: hid_t, _ shape: [Int], _ operation: StorageOperation,
    _ body: (_ memory: hid_t, _ disk: hid_t) -> herr_t
  ) throws {
    if shape.isEmpty {
      try check(body(tessera_h5s_all(), tessera_h5s_all()), operation)
      return
    }
    try with(H5Dget_space(dataset), operation, close: H5Sclose) { disk in
      let start = [hsize_t(rows.lowerBound)] + shape.dropFirst().map { _ in hsize_t(0) }
      let count = [hsize_t(rows.count)] + shape.dropFirst().map(hsize_t.init)
      try check(
        H5Sselect_hyperslab(disk, H5S_SELECT_SET, start, nil, count, nil), operation)
      let memory = HDF5Temporary.space([rows.count] + shape.dropFirst())
      try check(body(memory.id, disk), operation)
    }
  }
}
