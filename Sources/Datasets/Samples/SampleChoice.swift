/// Some images of a part where not all are wanted: chosen by seed, each class by its share of the part.
///
/// A pure function of the part's labels, the seed and the number, and ascending: whoever asks for as many of
/// the same part gets the same images, and fewer of them are some of more. With images N >= all of them, they are
/// all, in stored order. Data sets lie sorted by class, by writer or by time, so the first N are of few kinds.
package struct SampleChoice: Equatable, Sendable {
  /// Of every stage, whatever the seed of its training: models and seeds are compared on the same images.
  package static let seed = 1

  package let total: Int
  package let seed: Int
  /// Classes of the chosen images, and those of the part; 0 where there are no labels, and of all images.
  package let classes: Int
  package let allClasses: Int
  /// Nil for all.
  private let chosen: [Int32]?

  /// - Parameters:
  ///   - count: images that are wanted.
  ///   - labels: of each image of the part; negative, or empty, where none is known.
  package init(_ count: Int, of total: Int, labels: [Int32] = [], seed: Int = SampleChoice.seed) {
    precondition(labels.isEmpty || labels.count == total, "a label an image")
    self.total = total
    self.seed = seed
    guard count < total else {
      (chosen, classes, allClasses) = (nil, 0, 0)
      return
    }
    let own = Self.sequence(of: total, labels: labels, seed: seed).prefix(max(count, 0)).sorted()
    chosen = own
    allClasses = Set(labels.filter { $0 >= 0 }).count
    classes = labels.isEmpty ? 0 : Set(own.map { labels[Int($0)] }.filter { $0 >= 0 }).count
  }

  /// Ascending numbers of the images in the part.
  package var samples: [Int32] { chosen ?? (0..<Int32(total)).map { $0 } }

  package var count: Int { chosen?.count ?? total }
  package var isWhole: Bool { chosen == nil }

  /// `all 20 images`, `8 of 20 images, chosen by seed 1, stratified by class (4 of 4 classes)`.
  package var words: String {
    if isWhole { return "all \(total) images" }
    let strata =
      allClasses == 0 ? "" : ", stratified by class (\(classes) of \(allClasses) classes)"
    return "\(count) of \(total) images, chosen by seed \(seed)\(strata)"
  }

  /// All images, so that any beginning holds its share of each class: image k of the n of a class, in an order by
  /// seed, has the place (k + 1/2) / n.
  private static func sequence(of total: Int, labels: [Int32], seed: Int) -> [Int32] {
    let strata =
      labels.isEmpty
      ? [-1: (0..<Int32(total)).map { $0 }]
      : Dictionary(grouping: 0..<Int32(total)) { Int(labels[Int($0)]) }
    var all: [(place: Double, stratum: UInt64, image: Int32)] = []
    all.reserveCapacity(total)
    for (label, images) in strata {
      let bits = UInt64(bitPattern: Int64(seed))
      var generator = KeyedGenerator(
        key: KeyedRandom.key(seed: bits, .choice, epoch: 0, index: label))
      // Whose turn it is among classes of equal size.
      let turn = generator.next()
      var shuffled = images[...]
      generator.shuffle(&shuffled)
      for (number, image) in shuffled.enumerated() {
        all.append(((Double(number) + 0.5) / Double(images.count), turn, image))
      }
    }
    return all.sorted { ($0.place, $0.stratum, $0.image) < ($1.place, $1.stratum, $1.image) }
      .map(\.image)
  }
}
