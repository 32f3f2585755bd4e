import Storage

/// Which images train, validate and test: ascending indices into the source's parts.
///
/// Its file names the images that it was made for: indices of others mean nothing.
/// `train` and `validation` point into the source's training part and are disjoint by
/// construction; `test` is the source's test part.
package struct Split: Equatable, Sendable {
  package static let format = "tessera-split"
  private static let version = 2

  package let train: [Int32]
  package let validation: [Int32]
  package let test: [Int32]

  package static let partNames = ["train", "validation", "test"]

  package subscript(_ part: String) -> [Int32] {
    switch part {
    case "train": return train
    case "validation": return validation
    case "test": return test
    default: preconditionFailure("no part \(part)")
    }
  }

  /// The source's part that a split's part is taken from.
  package static func sourcePart(of part: String) -> String {
    part == "test" ? "test" : "train"
  }

  /// `validation` of the `trainCount` images are chosen by `seed`, or are the last ones: where
  /// neighbours are of one person, only those are of people whom training does not know. Of the rest
  /// at most `limit`, by the same seed, so that a smaller limit takes a subset of a larger one's images.
  ///
  /// Throws `DatasetFault` (78) unless 0 <= validation < trainCount, or all are test images, and limit >= 1.
  package init(
    trainCount: Int, testCount: Int, validation: Int, limit: Int? = nil, seed: UInt64,
    validatesLast: Bool = false
  ) throws {
    try Self.check(trainCount, testCount, validation: validation, limit: limit)
    var order = keyedPermutation(count: trainCount, seed: seed, .split)
    if validatesLast {
      let last = trainCount - validation
      order = order.filter { $0 >= last } + order.filter { $0 < last }
    }
    self.validation = order[..<validation].sorted()
    train = order[validation...].prefix(limit ?? trainCount).sorted()
    test = (0..<Int32(testCount)).map { $0 }
  }

  /// Images of each part of a split, without choosing them. Throws as the initialiser.
  package static func counts(
    trainCount: Int, testCount: Int, validation: Int, limit: Int? = nil
  ) throws -> [String: Int] {
    try check(trainCount, testCount, validation: validation, limit: limit)
    let rest = trainCount - validation
    return [
      "train": min(limit ?? rest, rest), "validation": validation, "test": testCount,
    ]
  }

  private static func check(
    _ trainCount: Int, _ testCount: Int, validation: Int, limit: Int?
  ) throws {
    // Test images alone: nothing to choose from.
    if trainCount == 0, testCount > 0, validation == 0 { return }
    guard validation >= 0, validation < trainCount else {
      throw DatasetFault.validationTooLarge(validation: validation, train: trainCount)
    }
    if let limit, limit < 1 { throw DatasetFault.limitTooSmall(limit: limit) }
  }

  /// - Parameter images: the fingerprint of the images that this is of.
  package func write(to path: String, of images: String) throws {
    try HDF5File.writeAtomically(to: path) { file in
      try file.setAttribute("/", "format", .string(Self.format))
      try file.setAttribute("/", "version", .integer(Self.version))
      try file.setAttribute("/", "images", .string(images))
      for part in Self.partNames { try file.write("/\(part)", self[part]) }
    }
  }

  /// Reads a split and checks it against the images: their fingerprint and their numbers. Throws `DatasetFault` or
  /// `StorageFault` (65): no split, of other images, out of range, not ascending, or overlapping.
  package init(_ path: String, of images: String, trainCount: Int, testCount: Int) throws {
    let file = try HDF5File.open(path)
    guard try file.hasAttribute("/", "format"), try file.string("/", "format") == Self.format,
      try file.integer("/", "version") == Self.version
    else {
      throw DatasetFault.split(
        path: path, reason: "not a split of tessera, version \(Self.version)")
    }
    let own = try file.string("/", "images")
    guard own == images else {
      throw DatasetFault.split(
        path: path,
        reason:
          "made for other images (\(own.prefix(12)), expected \(images.prefix(12))): its indices are of those"
      )
    }
    func indices(_ part: String, below count: Int) throws -> [Int32] {
      let values = try file.read("/\(part)", as: Int32.self).values
      let isAscending = zip(values, values.dropFirst()).allSatisfy { $0 < $1 }
      guard isAscending, (values.first ?? 0) >= 0, (values.last ?? -1) < count else {
        throw DatasetFault.split(
          path: path, reason: "\(part): expected ascending indices below \(count)")
      }
      return values
    }
    train = try indices("train", below: trainCount)
    validation = try indices("validation", below: trainCount)
    test = try indices("test", below: testCount)
    guard !train.isEmpty || trainCount == 0, Set(train).isDisjoint(with: validation) else {
      throw DatasetFault.split(path: path, reason: "train is empty or overlaps with validation")
    }
  }
}
