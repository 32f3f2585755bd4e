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

/// What the images of a source are like, before they are read.
package struct ImageOutline: Equatable, Sendable {
  package let height: Int
  package let width: Int
  /// Images of each part, by name.
  package let counts: [String: Int]
  /// Classes that the images have labels of.
  package let classes: Int

  package init(height: Int, width: Int, counts: [String: Int], classes: Int) {
    self.height = height
    self.width = width
    self.counts = counts
    self.classes = classes
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
  /// Reads the heads of the files alone: what they hold besides is not checked. Nil where a head cannot
  /// be believed. Throws as `part`.
  func outline() throws -> ImageOutline?
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
