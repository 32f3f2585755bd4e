import Datasets
import Models
import Workflow

/// Images that models are asked about, as a model codes them, row-major.
struct AskedImages {
  let rows: ImageRows
  let choice: SampleChoice
}

extension StageContext {
  /// So many images of a part at most, as `SampleChoice` has them.
  ///
  /// - Throws: `SizeFault`, `EmptyPartFault`.
  func testImages(
    _ data: InputReference, of model: Model, part: Part = .test, count: Int = .max
  ) throws -> AskedImages {
    let reader = try ShardReader(folder: path(of: data))
    var samples = try Samples(reader, part: part, view: model.binarisation, seed: 0)
    try samples.requireShape(model.imageShape)
    guard samples.sampleCount > 0 else { throw EmptyPartFault(part: part) }
    try samples.choose(count)
    return AskedImages(
      rows: ImageRows(
        try samples.drawn().map { $0 == 0 ? 0 : 1 }, pixelCount: model.circuit.pixelCount),
      choice: samples.choice)
  }
}
