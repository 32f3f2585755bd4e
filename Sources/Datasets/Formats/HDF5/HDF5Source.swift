import Configuration
import Files
import Storage

/// Datasets of a foreign HDF5 file: images u8 `[image, row, column]` or
/// `[image, row, column, channel]` with 1 or 3 channels, or with named axes, and whole numbers as labels. The file
/// is read in a child process (`ForeignFile`).
///
/// MATLAB's files of version 7.3 are HDF5 with the last index first; labels 1 to 10 of such a file are SVHN's, where 10
/// is the digit 0.
package struct HDF5Source: ImageSource {
  package let path: String
  /// By paths inside the file.
  package let train: ArrayPart
  package let test: ArrayPart?
  /// Labels are numbers.
  package var classNames: [String] { [] }
  /// Nil to guess by the sizes.
  package let axes: ImageAxes?
  let isMATLAB: Bool
  private let countsFromTen: Bool

  /// - Throws: `StorageFault` or `DatasetFault` (65) where the labels of a MATLAB file cannot be read;
  ///   `FileFault` (66).
  package init(path: String, train: ArrayPart, test: ArrayPart? = nil, axes: ImageAxes? = nil)
    throws
  {
    self.path = path
    self.train = train
    self.test = test
    self.axes = axes
    isMATLAB = try Self.isMATLAB(path)
    // Other files are not opened here; a missing one is reported all the same.
    let labels =
      isMATLAB
      ? try [train, test].compactMap { $0?.labels }.flatMap {
        try Self.labels($0, ForeignFile(path))
      } : []
    countsFromTen = labels.min() == 1 && labels.max() == 10
  }

  /// Whether a file is MATLAB's of version 7.3: HDF5 behind a text. Throws `FileFault`.
  static func isMATLAB(_ path: String) throws -> Bool {
    try FileBytes.prefix(path, count: 10).elementsEqual("MATLAB 7.3".utf8)
  }

  package var partNames: [String] { test == nil ? ["train"] : ["train", "test"] }

  package var files: [(name: String, path: String)] {
    [(path.split(separator: "/").last.map(String.init) ?? path, path)]
  }

  package var notes: [String] {
    countsFromTen
      ? [
        "\(path.printable): labels 1 to 10 of a MATLAB file: 10 is read as 0, as SVHN stores the digit"
      ]
      : []
  }

  package func outline() throws -> ImageOutline? { try ImageOutline(byReadersOf: self) }

  package func reader(_ part: String) throws -> any ImageReader {
    guard let own = part == "test" ? test : train else {
      preconditionFailure("no part \(part) in \(partNames)")
    }
    let images = try ForeignFile(path).bytes(own.images)
    return try ArrayImageReader(
      images, at: "\(path):\(own.images)",
      axes: axes ?? ImageAxes(guessing: images.shape, isMATLAB: isMATLAB),
      labels: own.labels.map { name in
        ArrayLabels(place: "\(path):\(name)") { _ in try labels(name) }
      })
  }

  func labels(_ name: String) throws -> [Int32] {
    let labels = try Self.labels(name, ForeignFile(path))
    return countsFromTen ? labels.map { $0 % 10 } : labels
  }

  private static func labels(_ name: String, _ file: ForeignFile) throws -> [Int32] {
    try ArrayLabels.classes(file.integers(name), at: "\(file.path):\(name)")
  }
}
