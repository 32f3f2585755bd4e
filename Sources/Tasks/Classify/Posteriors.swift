import Circuits
import Configuration
import Numerics
import Storage

/// The posterior of a model's classes for each image, and what its labels say.
struct Posteriors {
  /// `[image][class]`
  let values: [[Double]]
  let classNames: [String]
  let kind: LikelihoodKind
  /// The most probable class, the lowest of equals.
  private let predicted: [Int]
  /// The name of each image's class, and the model's class of that name; nil without labels.
  private let truth: [(name: String, own: Int?)]?
  /// Classes that the model has none of.
  private let unknown: [(name: String, images: Int)]

  init(values: [[Double]], classNames: [String], labels: ImageLabels?, kind: LikelihoodKind) {
    self.values = values
    self.classNames = classNames
    self.kind = kind
    predicted = values.map { row in row.indices.reduce(0) { row[$1] > row[$0] ? $1 : $0 } }
    truth = labels.map { labels in
      zip(labels.classes, labels.classes(among: classNames)).map {
        (labels.names[Int($0)], $1)
      }
    }
    unknown = labels?.unknown(to: classNames) ?? []
  }

  /// Images that are of a class of the model, with that class.
  private var known: [(image: Int, label: Int)] {
    (truth ?? []).enumerated().compactMap { image, truth in truth.own.map { (image, $0) } }
  }

  private var accuracy: Double {
    Double(known.count { predicted[$0.image] == $0.label }) / Double(known.count)
  }

  /// -log p(label | image) of each image, in nats; 0 where its class is none of the model's.
  var losses: [Double] {
    (truth ?? []).enumerated().map { image, truth in
      truth.own.map { -naturalLogarithm(values[image][$0]) } ?? 0
    }
  }

  /// The mean over images of the model's classes.
  private var logLoss: Double { losses.reduce(0, +) / Double(known.count) }

  /// Images by `[label][predicted]`.
  private var confusion: [[Int]] {
    var counts = Array(repeating: classNames.map { _ in 0 }, count: classNames.count)
    for (image, label) in known { counts[label][predicted[image]] += 1 }
    return counts
  }

  /// Images by most probable class.
  private var counts: [Int] {
    predicted.reduce(into: classNames.map { _ in 0 }) { $0[$1] += 1 }
  }

  // MARK: For scripts

  var fields: [String: ResolvedValue] {
    var fields: [String: ResolvedValue] = [
      "images": .integer(values.count), "posterior": .string(kind.rawValue),
      "classNames": .list(classNames.map(ResolvedValue.string)),
      "predictedCounts": .list(counts.map(ResolvedValue.integer)),
    ]
    guard truth != nil else {
      fields["predictions"] = .list(
        predicted.enumerated().map { image, own in
          .mapping([
            "class": .string(classNames[own]), "probability": number(values[image][own]),
          ])
        })
      return fields
    }
    fields["labelled"] = .integer(known.count)
    fields["accuracy"] = number(accuracy)
    fields["logLoss"] = number(logLoss)
    fields["confusion"] = .list(confusion.map { .list($0.map(ResolvedValue.integer)) })
    fields["unknownClasses"] = .mapping(
      Dictionary(
        unknown.map { ($0.name, .integer($0.images)) }, uniquingKeysWith: { first, _ in first }))
    return fields
  }

  var table: Table {
    let labels =
      truth.map { truth in
        [
          TableColumn("label", .integers(truth.map { Int64($0.own ?? -1) })),
          TableColumn("labelName", .strings(truth.map(\.name))),
        ]
      } ?? []
    return Table(
      title: "posterior of the classes",
      columns: [TableColumn("image", .integers(values.indices.map(Int64.init)))] + labels + [
        TableColumn("predicted", .integers(predicted.map(Int64.init))),
        TableColumn("predictedName", .strings(predicted.map { classNames[$0] })),
      ]
        + classNames.indices.map { own in
          TableColumn("p\(own)", .doubles(values.map { $0[own] }))
        })
  }

  /// What the columns `p0`, `p1`, ... are of.
  var classes: Table {
    Table(
      title: "classes",
      columns: [
        TableColumn("class", .integers(classNames.indices.map(Int64.init))),
        TableColumn("name", .strings(classNames)),
      ])
  }

  // MARK: For people

  var lines: [String] { truth == nil ? unlabelledLines : labelledLines }

  private var labelledLines: [String] {
    let left = unknown.map { "\($0.name.printable) (\($0.images))" }
    let remark =
      left.isEmpty
      ? []
      : [
        "left out: \(values.count - known.count) of \(values.count) images, of classes that the model does "
          + "not know: \(left.joined(separator: ", "))"
      ]
    let rows =
      [["label"] + classNames.map(\.printable)]
      + zip(classNames, confusion).map { [$0.printable] + $1.map(String.init) }
    return [
      "\(known.count) images: accuracy \(rounded(accuracy, decimals: 4)), log-loss "
        + "\(rounded(logLoss, decimals: 4)) nats/image (\(kind.rawValue))"
    ] + remark + ["images by label (down) and most probable class (across):"] + Self.aligned(rows)
  }

  /// Images of which each is told; of more only how many are of each class.
  private static let mostTold = 20

  private var unlabelledLines: [String] {
    let rows = [["class", "images"]] + zip(classNames, counts).map { [$0.printable, String($1)] }
    let each = zip(values, predicted).enumerated().map { image, own in
      "image \(image): \(classNames[own.1].printable), probability "
        + "\(rounded(own.0[own.1], decimals: 4)) (\(kind.rawValue))"
    }
    return ["\(values.count) images without labels, by most probable class:"] + Self.aligned(rows)
      + (each.count <= Self.mostTold ? each : ["--output writes the posterior of each image"])
  }

  private static func aligned(_ rows: [[String]]) -> [String] {
    let width = rows.joined().map(\.count).max() ?? 0
    return rows.map { row in
      row.map { String(repeating: " ", count: width - $0.count) + $0 }.joined(separator: " ")
    }
  }
}
