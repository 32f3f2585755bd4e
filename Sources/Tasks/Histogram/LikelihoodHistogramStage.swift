import Circuits
import Configuration
import Files
import Models
import Reports
import Storage
import Workflow

/// Log-likelihoods of several sets of images, laid over each other: those a model learned from,
/// others of their kind, and new ones.
struct LikelihoodHistogramStage: Stage {
  static let kind = "likelihood-histogram"
  static let version = 2
  static let summary =
    "log-likelihoods of several sets of images, same bins (SVG, PNG, CSV): sets: {label: metrics}"
  static let example = "histogram: {kind: likelihood-histogram, sets: {digits: spn-metrics}}"
  static let outputs = [OutputPort("figure", .figure, path: "likelihoods.csv")]
  static let isFigure = true

  let sets: NamedInputs
  /// As the metrics name it; nil for the first that they have.
  let estimator: String?
  let title: String

  init(fields: StageFields) throws {
    sets = fields.namedInputs(
      "sets", .metrics, meaning: "results of evaluate stages, by the names of the sets of images")
    estimator = fields.optionalString(
      "estimator",
      meaning:
        "which number of each image is taken; the first of the metrics where it is not written")
    title = fields.string(
      "title", default: "Log-likelihood of sets of images", meaning: "title of the chart")
    fields.recordPlotter()
  }

  /// - Throws: `HistogramFault` (78) where the sets' numbers are not of one kind.
  func run(_ context: StageContext) throws {
    var images: [LikelihoodHistogram.Images] = []
    var asked = estimator
    var kinds: Set<LikelihoodKind> = []
    for set in RunGroup.groups(of: sets) {
      var values: [Double] = []
      // The seeds of one model are one set: its images as several models see them.
      for input in set.inputs {
        let path = context.path(of: input)
        let wanted = try estimator(asked, path: path, label: set.name)
        asked = wanted
        let own = try ImageNumbers.read(path, estimator: wanted)
        values += own.values
        kinds.insert(own.kind)
      }
      images.append(
        LikelihoodHistogram.Images(name: set.name, values: values, seeds: set.inputs.count))
      context.note("\(set.name.printable): \(values.count) images")
    }
    let kind = kinds.min() ?? .estimate
    let figure = LikelihoodHistogram(title: title, sets: images, kind: kind.inWords)
    context.tell(try figure.chart.draw(in: context.folder, named: "likelihoods"))
  }

  /// The estimator of a set, which has to be that of the sets before, of the same pixels.
  private func estimator(_ asked: String?, path: String, label: String) throws -> String {
    let rows = try MetricsTable.read(path)
    guard let row = rows.first(where: { asked == nil || $0.estimator == asked }) else {
      throw HistogramFault(label: label, wanted: asked ?? "", found: rows.map(\.estimator))
    }
    return row.estimator
  }
}

/// The log-likelihood of each image that an `evaluate` stage kept.
private struct ImageNumbers {
  let values: [Double]
  let kind: LikelihoodKind

  /// - Parameter estimator: as a row of the metrics has it, with what was hidden.
  /// - Throws: `ModelFault` where a column is missing or of another type.
  static func read(_ path: String, estimator: String) throws -> ImageNumbers {
    let file = try HDF5File.open(path)
    let table = try file.table("/images")
    try file.close()
    guard case .strings(let estimators)? = table["estimator"],
      case .doubles(let values)? = table["logLikelihood"],
      case .strings(let words)? = table["likelihood"]
    else { throw ModelFault(path: path, reason: "no table of log-likelihoods of images") }
    // The table of images says nothing of what was hidden: it is the same in all its rows.
    let name = estimator.split(separator: ",").first.map(String.init) ?? estimator
    let places = estimators.indices.filter { estimators[$0] == name }
    let kinds = places.compactMap { LikelihoodKind(rawValue: words[$0]) }
    return ImageNumbers(values: places.map { values[$0] }, kind: kinds.min() ?? .estimate)
  }
}

/// Sets whose numbers cannot stand beside each other (exit code 78).
struct HistogramFault: Fault {
  let label: String
  let wanted: String
  let found: [String]
  var exitCode: ExitCode { .configuration }
  var description: String {
    "sets.\(label.printable): expected log-likelihoods by \(wanted.quoted) as in the sets before, "
      + "found \(found.map(\.quoted).joined(separator: ", ")): evaluate all sets alike, or say "
      + "estimator: NAME"
  }
}
