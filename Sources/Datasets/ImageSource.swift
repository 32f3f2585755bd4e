import Files

/// A part of a dataset: `pixels` is u8 `[image, row, column]`.
package struct ImagePart: Sendable {
  package let count: Int
  package let height: Int
  package let width: Int
  package let pixels: [UInt8]
  /// One class number an image, or nil.
  package let labels: [Int32]?

  package init(count: Int, height: Int, width: Int, pixels: [UInt8], labels: [Int32]?) {
    precondition(pixels.count == count * height * width, "pixels fill the images")
    precondition(labels == nil || labels?.count == count, "one label an image")
    self.count = count
    self.height = height
    self.width = width
    self.pixels = pixels
    self.labels = labels
  }
}

/// Where images come from: files of some format, in a training and perhaps a test part.
package protocol ImageSource: Sendable {
  /// `train`, and `test` if there is one.
  var partNames: [String] { get }
  /// Names of the classes 0, 1, ...; empty without labels.
  var classNames: [String] { get }
  /// Every file that is read, by its name within the data set, for provenance.
  var files: [(name: String, path: String)] { get }
  /// Reads one part. Throws a `Fault` that names file and position.
  func part(_ name: String) throws -> ImagePart
}

/// A file that images came from, by its name within the data set and its content.
package struct SourceFile: Codable, Equatable, Sendable {
  package let name: String
  package let sha256: String

  package init(name: String, sha256: String) {
    self.name = name
    self.sha256 = sha256
  }

  /// Hashes a file. Throws `FileFault`.
  package init(name: String, path: String) throws {
    self.name = name
    sha256 = try SHA256.hex(ofFile: path)
  }
}
