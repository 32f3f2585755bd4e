import Circuits
import Configuration
import Datasets
import Files
import Models
import Numerics
import TestSupport

/// A model of 8 x 8 binary pixels in superpixels of 2 x 2, trained for two epochs in memory.
enum TrainedModel {
  /// Of images of `test`, mean log-likelihoods are compared.
  static let test = images(count: 20, seed: 2)

  private static func images(count: Int, seed: Int) -> [[UInt8]] {
    noisyImages(count: count, pixels: 64, seed: seed)
  }

  /// The bytes of its file, made once.
  private static let file = Result {
    let folder = try TemporaryFolder()
    try ModelFile.write(model(), to: folder.model)
    return try FileBytes.read(folder.model)
  }

  /// A folder of the test's own with its file.
  static func folder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try DurableFile.write(file.get(), to: folder.model)
    return folder
  }

  private static func model() throws -> Model {
    let structure = PoonDomingos(steps: [1])
    let partition = try GridPartition(imageHeight: 8, imageWidth: 8, cellHeight: 2, cellWidth: 2)
    let circuit = Circuit(
      graph: try structure.regionGraph(of: Lattice(rows: 4, columns: 4)), units: 2,
      leaf: BernoulliLeaf(), superpixels: Superpixels(partition.cells.map { $0.map(Int32.init) }))
    let source = Rows(images: images(count: 50, seed: 1))
    let trainer = Trainer(
      circuit: circuit, parameters: circuit.initialParameters(seed: 1),
      settings: TrainingSettings(learner: Adam(), batch: 16), workers: ForkJoin(workers: 1))
    let curve = try (1...2).map { epoch in
      EpochRecord(
        epoch: epoch, train: try trainer.runEpoch(epoch, on: source), validation: .nan,
        validationStandardError: .nan)
    }
    return Model(
      imageHeight: 8, imageWidth: 8, superpixel: [2, 2], structure: structure.description,
      binarisation: .threshold(0.5), classNames: [], circuit: circuit,
      parameters: trainer.parameters,
      learner: LearnerSnapshot(kind: Adam.kind, state: trainer.state), curve: curve,
      configuration: .mapping(["kind": .string("train")]), fingerprint: "0123")
  }

  /// Images in an order that changes with the epoch.
  private struct Rows: TrainingSource {
    let rows: RowSource
    var sampleCount: Int { rows.sampleCount }
    var valueCount: Int { rows.valueCount }

    init(images: [[UInt8]]) { rows = RowSource(images) }

    func order(epoch: Int) -> [Int32] {
      (0..<Int32(sampleCount)).map { ($0 * 7 + Int32(epoch)) % Int32(sampleCount) }
    }

    func copy(
      _ samples: UnsafeBufferPointer<Int32>, epoch: Int, into out: UnsafeMutablePointer<UInt8>
    ) { rows.copy(samples, epoch: epoch, into: out) }
  }
}

extension TemporaryFolder {
  var model: String { self("model.h5") }
}

/// The mean log-likelihood of images, bytes of a model's own coding, under a model of a file that anybody wrote.
func meanLogLikelihood(_ images: [[UInt8]] = TrainedModel.test, ofModelAt path: String) throws
  -> Double
{
  let model = try ModelFile.readForeign(path)
  let inquiry = try Inquiry.marginal(of: model, hiding: .nothing, likelihood: .trained)
  let values = try inquiry.circuit.logLikelihoods(
    RowSource(images), derived: inquiry.derived, workers: ForkJoin(workers: 1))
  return LogLikelihoodSummary(try values.requireFinite()).mean
}
