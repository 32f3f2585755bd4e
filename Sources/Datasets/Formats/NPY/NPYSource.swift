import Files

/// NumPy arrays: images u1 `[image, row, column]` or `[image, row, column, channel]` with 1 or 3 channels, or with named
/// axes, in C or Fortran order, and whole numbers as labels.
struct NPYSource: ImageSource {
  struct Part: Sendable {
    let images: NPYPlace
    let labels: NPYPlace?
  }

  let train: Part
  let test: Part?
  /// Nil to guess by the sizes.
  let axes: ImageAxes?

  var partNames: [String] { test == nil ? ["train"] : ["train", "test"] }
  /// Labels are numbers.
  var classNames: [String] { [] }

  var files: [(name: String, path: String)] {
    var known: Set<String> = []
    let places = [train.images, train.labels, test?.images, test?.labels].compactMap { $0 }
    return places.map(\.file).filter { known.insert($0).inserted }.map {
      ($0.split(separator: "/").last.map(String.init) ?? $0, $0)
    }
  }

  func outline() throws -> ImageOutline? { try ImageOutline(byReadersOf: self) }

  func reader(_ part: String) throws -> any ImageReader {
    guard let own = part == "test" ? test : train else {
      preconditionFailure("no part \(part) in \(partNames)")
    }
    let images = try NPYArray(own.images)
    try images.requireLevels()
    return try ArrayImageReader(
      images, at: own.images.words,
      axes: axes ?? ImageAxes(guessing: images.shape, isMATLAB: false),
      firstIsFastest: images.header.firstIsFastest,
      labels: own.labels.map { place in
        ArrayLabels(place: place.words) { try Self.labels(place, count: $0) }
      })
  }

  /// Labels of so many images. Throws as `NPYArray`.
  static func labels(_ place: NPYPlace, count: Int) throws -> [Int32] {
    try ArrayLabels.classes(NPYArray(place).integers(count), at: place.words)
  }
}
