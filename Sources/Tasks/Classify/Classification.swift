import Circuits
import Configuration
import Datasets
import Files
import Models
import Numerics
import Storage

/// `tessera classify`: the posterior of a model's classes, and how well it agrees with labels where there
/// are any.
package struct Classification: Sendable {
  package let fields: [String: ResolvedValue]
  package let lines: [String]

  /// - Parameters:
  ///   - labels: a file or dataset of labels; nil for the source's own, if it has any.
  ///   - classes: what subfolders of pictures say, by the word of `--classes`; nil for classes where they
  ///     hold all pictures.
  ///   - output: where the posterior of each image goes as a table, a CSV beside it; nil for nowhere.
  /// - Throws: `NoClassesFault` (78), `SizeFault` or `LabelFault` (65), and whatever is wrong with the
  ///   files.
  package init(
    model path: String, images: GivenImages, labels: String? = nil, classes: String? = nil,
    output: String?, workers: Int
  ) throws {
    let model = try ModelFile.readForeign(path)
    guard model.circuit.classPriors != nil else { throw NoClassesFault() }
    let workers = ForkJoin(workers: workers)
    let given = try ModelImages(
      images, labels: labels, classes: classes.flatMap(FolderClasses.init), model: model,
      workers: workers)
    if let own = given.labels, own.classes(among: model.classNames).allSatisfy({ $0 == nil }) {
      throw LabelFault(path: labels ?? images.path, found: own.names, known: model.classNames)
    }
    let derived = try model.circuit.checkedDerived(from: model.parameters)
    _ = try model.circuit.logLikelihoods(given.samples, derived: derived, workers: workers)
      .requireFinite()
    let posteriors = try model.circuit.classPosteriors(
      given.samples, derived: derived, workers: workers)
    let result = Posteriors(
      values: posteriors, classNames: model.classNames, labels: given.labels,
      kind: model.circuit.likelihood == .exact ? .exact : .estimate)
    try requireFinite(result.losses, "log-loss")
    fields = result.fields.merging(given.changeFields) { old, _ in old }
    lines = result.lines + given.changes.map { "images: \($0)" }
    guard let output else { return }
    let (table, names) = (result.table, result.classes)
    try HDF5File.writeAtomically(to: output) {
      try $0.write("/posteriors", table: table)
      try $0.write("/classes", table: names)
    }
    try table.writeCSV(to: Self.tablePath(beside: output))
  }

  /// The CSV beside the HDF5 file of a table.
  package static func tablePath(beside path: String) -> String {
    (path.hasSuffix(".h5") ? String(path.dropLast(3)) : path) + ".csv"
  }
}

/// Labels of which none is a class of the model (exit code 65).
struct LabelFault: Fault {
  let path: String
  let found: [String]
  let known: [String]
  var exitCode: ExitCode { .badData }
  var description: String {
    "\(path.printable): the images are of the classes \(ClassWords.few(found)), but the model knows "
      + "\(ClassWords.few(known)); give labels of the data it was trained on, or of folders of another "
      + "meaning say --classes none"
  }
}
