import Circuits
import Configuration
import Datasets
import Files
import Storage

/// What makes a file no usable model.
package struct ModelFault: Fault {
  let path: String
  let reason: String
  package var exitCode: ExitCode { .badData }
  package var description: String { "\(path.printable): \(reason)" }
}

extension ModelFile {
  /// A model file that a user names, which a child process alone opens. Throws as `read`, where a file that ends
  /// the process that reads it is bad data as well.
  static func readForeign(_ path: String) throws -> Model {
    try read(ForeignFile(path).content(), path)
  }

  /// - Throws: `ModelFault`, `StorageFault`, `FileFault`; everything in the file is checked before
  ///   it is used.
  static func read(_ path: String) throws -> Model {
    let file = try HDF5File.open(path)
    try file.requireOwnData()
    return try read(file, path)
  }

  private static func read(_ file: HDF5File, _ path: String) throws -> Model {
    guard try file.format() == format else {
      throw ModelFault(path: path, reason: "not a model file of tessera")
    }
    let found = try file.integer("/", "version")
    guard found == version else {
      throw ModelFault(
        path: path,
        reason: "model format \(found), expected \(version): written by another tessera version")
    }
    let height = try file.integer("/preprocessing", "imageHeight")
    let width = try file.integer("/preprocessing", "imageWidth")
    let superpixel = try file.integers("/structure", "superpixel")
    let channels =
      try file.hasAttribute("/preprocessing", "channels")
      ? try file.integer("/preprocessing", "channels") : 1
    guard (1...65_536).contains(height), (1...65_536).contains(width), superpixel.count == 2,
      superpixel.allSatisfy((1...65_536).contains), channels == 1 || channels == 3,
      height * width * channels <= Int(Int32.max)
    else {
      throw ModelFault(
        path: path,
        reason: "images of \(height) x \(width)"
          + (channels == 1 ? "" : " with \(channels) channels") + ", superpixels of \(superpixel)")
    }
    let circuit = try ModelStructure(file: file, path: path).circuit(
      pixelCount: height * width * channels, channels: channels)
    let learner = try readLearner(file, path: path, circuit: circuit)
    let model = Model(
      imageHeight: height, imageWidth: width,
      superpixel: superpixel,
      structure: try file.string("/structure", "description"),
      binarisation: try readBinarisation(file, path: path, leaf: circuit.leaf),
      classNames: try readClassNames(file, path: path, classes: circuit.classPriors?.count ?? 0),
      circuit: circuit,
      parameters: try readParameters(file, path: path, circuit: circuit), learner: learner,
      curve: try CurveTable.records(of: file.table("/curve"), path: path),
      configuration: try readConfiguration(file, path: path),
      fingerprint: try file.string("/", "fingerprint"))
    try file.close()
    return model
  }

  private static func readClassNames(
    _ file: HDF5File, path: String, classes: Int
  ) throws -> [String] {
    guard try file.names(in: "/structure").contains("classNames") else {
      return (0..<classes).map(String.init)
    }
    let names = try file.strings("/structure/classNames")
    guard names.count == classes, Set(names).count == classes else {
      throw ModelFault(
        path: path,
        reason: "/structure/classNames: expected \(classes) different names, found \(names.count)")
    }
    return names
  }

  private static func readConfiguration(_ file: HDF5File, path: String) throws -> ResolvedValue {
    do {
      return try ResolvedValue(json: try file.string("/", "configuration"))
    } catch let error as JSONFault {
      throw ModelFault(path: path, reason: "configuration: \(error)")
    }
  }

  private static func readBinarisation(
    _ file: HDF5File, path: String, leaf: any Leaf
  ) throws -> BinarisationView {
    let text = try file.string("/preprocessing", "binarisation")
    guard let value = try? ResolvedValue(json: text),
      let view = BinarisationView(configuration: value)
    else { throw ModelFault(path: path, reason: "binarisation \(text.quoted) is unknown") }
    if let complaint = view.complaint(about: leaf) {
      throw ModelFault(path: path, reason: complaint)
    }
    return view
  }
}
