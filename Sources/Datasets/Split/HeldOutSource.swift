/// A source with one part, some of whose images are set apart as the test part.
///
/// Each part is read by itself, from the first image to the last: of a source that cannot be entered in
/// its middle (gzip) all is read once a part.
package struct HeldOutSource: ImageSource {
  private let base: any ImageSource
  private let choice: TestChoice

  /// - Parameter base: with part `train` alone.
  package init(_ base: any ImageSource, test choice: TestChoice) {
    precondition(base.partNames == ["train"], "a source without a test part")
    self.base = base
    self.choice = choice
  }

  package var partNames: [String] {
    switch choice {
    case .none, .last(0), .fraction(0, _): ["train"]
    case .last, .fraction: ["train", "test"]
    }
  }

  package var classNames: [String] { base.classNames }
  package var files: [(name: String, path: String)] { base.files }
  package func preparation() throws -> [String: String] { try base.preparation() }
  package var notes: [String] { base.notes }

  package func outline() throws -> ImageOutline? {
    guard let all = try base.outline(), let count = all.counts["train"] else { return nil }
    let test = try choice.images(of: count).count
    return ImageOutline(
      shape: all.shape,
      counts: ["train": count - test, "test": test].filter { $0.value > 0 })
  }

  package func reader(_ part: String) throws -> any ImageReader {
    let base = try base.reader("train")
    let test = try choice.images(of: base.count)
    return ChosenImages(base, others: test, areWanted: part == "test")
  }
}

/// Some images of another reader, in its order.
private final class ChosenImages: ImageReader {
  private let base: any ImageReader
  private let isWanted: [Bool]
  let count: Int
  /// Of the base's images.
  private var next = 0
  private var left: Int

  /// - Parameters:
  ///   - others: ascending numbers of images.
  ///   - areWanted: whether these are wanted, or all but these.
  init(_ base: any ImageReader, others: [Int], areWanted: Bool) {
    self.base = base
    var isWanted = [Bool](repeating: !areWanted, count: base.count)
    for image in others { isWanted[image] = areWanted }
    self.isWanted = isWanted
    count = areWanted ? others.count : base.count - others.count
    left = count
  }

  var shape: ImageShape { base.shape }

  func labels() throws -> [Int32]? {
    try base.labels().map { labels in zip(labels, isWanted).filter(\.1).map(\.0) }
  }

  func read(into output: UnsafeMutableRawBufferPointer) throws {
    let size = shape.valueCount
    let unwanted = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 64)
    defer { unwanted.deallocate() }
    var filled = 0
    while filled < output.count {
      guard isWanted[next] else {
        try base.read(into: unwanted)
        next += 1
        continue
      }
      // Neighbours at once.
      let most = (output.count - filled) / size
      let run = isWanted[next...].prefix(most).prefix { $0 }.count
      try base.read(into: .init(rebasing: output[filled..<filled + run * size]))
      filled += run * size
      next += run
      left -= run
    }
    // To the end, so that damage behind the last of them is found as well.
    while left == 0, next < isWanted.count {
      try base.read(into: unwanted)
      next += 1
    }
  }
}
