import Datasets

/// The classes of somebody's images: from the source itself, or from a file of labels beside it.
struct ImageLabels {
  /// Of class 0, 1, ...
  let names: [String]
  /// `[image]`
  let classes: [Int32]

  /// - Parameter names: of the labels 0, 1, ...; empty where labels are numbers.
  init(_ labels: [Int32], names: [String] = []) {
    let numbering = ClassNumbering(labels: [labels], names: names)
    self.names = numbering.names
    classes = numbering.classes(of: labels)
  }

  /// The class of each image by a model's names, nil where the model has none of that name.
  func classes(among model: [String]) -> [Int?] {
    let numbers = Dictionary(
      model.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    let known = names.map { numbers[$0] }
    return classes.map { known[Int($0)] }
  }

  /// Images of each class that a model has none of, by name in order.
  func unknown(to model: [String]) -> [(name: String, images: Int)] {
    let known = Set(model)
    return names.indices.filter { !known.contains(names[$0]) }.map { own in
      (names[own], classes.count { Int($0) == own })
    }
  }
}
