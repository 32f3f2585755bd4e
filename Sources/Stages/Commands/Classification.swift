import Circuits
import Configuration
import Files
import Kernels
import Storage

/// `tessera classify`: how well the posterior of a model's classes agrees with labels.
package struct Classification: Sendable {
  package let fields: [String: ResolvedValue]
  package let lines: [String]

  /// - Parameter output: where the posterior of each image goes as a table, a CSV beside it; nil for
  ///   nowhere.
  /// - Throws: `NoClassesFault` (78), `SizeFault` or `LabelFault` (65), and whatever is wrong with the
  ///   files.
  package init(
    model path: String, images: GivenImages, labels: String,
    output: String?, workers: Int
  ) throws {
    let model = try ModelFile.readForeign(path)
    guard model.circuit.classPriors != nil else { throw NoClassesFault() }
    let workers = ForkJoin(workers: workers)
    let given = try ModelImages(images, labels: labels, model: model, workers: workers)
    let truth = (given.classes ?? []).map(Int.init)
    let count = model.circuit.rootUnits
    if let image = truth.firstIndex(where: { $0 >= count }) {
      throw LabelFault(path: labels, image: image, label: truth[image], classes: count)
    }
    let derived = try model.circuit.checkedDerived(from: model.parameters)
    _ = try model.circuit.logLikelihoods(given.samples, derived: derived, workers: workers)
      .requireFinite()
    let posteriors = try model.circuit.classPosteriors(
      given.samples, derived: derived, workers: workers)
    let result = Result(posteriors: posteriors, labels: truth, classes: count)
    try requireFinite(result.losses, "log-loss")
    let kind = model.circuit.likelihood == .exact ? "exact" : "estimate"
    fields = result.fields(kind).merging(given.changeFields) { old, _ in old }
    lines =
      result.lines(kind)
      + given.changes.map { "images: \($0)" }
    guard let output else { return }
    let table = result.table
    try HDF5File.writeAtomically(to: output) { try $0.write("/posteriors", table: table) }
    try table.writeCSV(to: Self.csvPath(output))
  }

  private static func csvPath(_ path: String) -> String {
    (path.hasSuffix(".h5") ? String(path.dropLast(3)) : path) + ".csv"
  }
}

private struct Result {
  /// `[image][class]`
  let posteriors: [[Double]]
  let labels: [Int]
  let classes: Int
  /// The most probable class, the lowest of equals.
  let predicted: [Int]

  init(posteriors: [[Double]], labels: [Int], classes: Int) {
    self.posteriors = posteriors
    self.labels = labels
    self.classes = classes
    predicted = posteriors.map { row in
      row.indices.reduce(0) { row[$1] > row[$0] ? $1 : $0 }
    }
  }

  var accuracy: Double {
    Double(zip(labels, predicted).count { $0 == $1 }) / Double(labels.count)
  }

  /// -log p(label | image) of each image, in nats.
  var losses: [Double] {
    zip(labels, posteriors).map { label, row in -naturalLogarithm(row[label]) }
  }

  var logLoss: Double {
    let losses = losses
    return losses.reduce(0, +) / Double(losses.count)
  }

  /// Images by `[label][predicted]`.
  var confusion: [[Int]] {
    var counts = Array(repeating: Array(repeating: 0, count: classes), count: classes)
    for (label, guess) in zip(labels, predicted) { counts[label][guess] += 1 }
    return counts
  }

  func fields(_ kind: String) -> [String: ResolvedValue] {
    [
      "images": .integer(labels.count), "accuracy": number(accuracy), "logLoss": number(logLoss),
      "posterior": .string(kind),
      "confusion": .list(confusion.map { .list($0.map(ResolvedValue.integer)) }),
    ]
  }

  func lines(_ kind: String) -> [String] {
    let rows =
      [["label"] + (0..<classes).map(String.init)]
      + confusion.enumerated().map { [String($0)] + $1.map(String.init) }
    let width = rows.joined().map(\.count).max() ?? 0
    return [
      "\(labels.count) images: accuracy \(rounded(accuracy, decimals: 4)), log-loss "
        + "\(rounded(logLoss, decimals: 4)) nats/image (\(kind))",
      "images by label (down) and most probable class (across):",
    ]
      + rows.map { row in
        row.map { String(repeating: " ", count: width - $0.count) + $0 }.joined(separator: " ")
      }
  }

  var table: Table {
    Table(
      title: "posterior of the classes",
      columns: [
        TableColumn("image", .integers(labels.indices.map(Int64.init))),
        TableColumn("label", .integers(labels.map(Int64.init))),
        TableColumn("predicted", .integers(predicted.map(Int64.init))),
      ]
        + (0..<classes).map { own in
          TableColumn("p\(own)", .doubles(posteriors.map { $0[own] }))
        })
  }
}

/// A label that no class of the model is (exit code 65).
struct LabelFault: Fault {
  let path: String
  let image: Int
  let label: Int
  let classes: Int
  var exitCode: ExitCode { .badData }
  var description: String {
    "\(path.printable): image \(image) has the label \(label), but the model knows the classes 0 to "
      + "\(classes - 1); give labels of the data it was trained on"
  }
}
