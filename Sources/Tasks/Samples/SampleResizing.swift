import Datasets
import Models
import Numerics
import Workflow

/// Stored images of one size as a model of another size sees them: resized, then through its view.
struct SampleResizing: Sendable {
  private let resizing: ImageResizing
  /// Values of a resized image.
  let valueCount: Int

  init(_ shape: ImageShape, toHeight: Int, toWidth: Int) {
    resizing = ImageResizing(
      height: shape.height, width: shape.width, channels: shape.channels, toHeight: toHeight,
      toWidth: toWidth)
    valueCount = toHeight * toWidth * shape.channels
  }

  /// `32 x 32`: what the images were.
  var from: String { "\(resizing.height) x \(resizing.width)" }

  /// Copies rows of the new size, `[sample][value]`. What a pixel of a stochastic view draws is a
  /// function of the image and of the pixel in the new size.
  func copy(
    _ samples: UnsafeBufferPointer<Int32>, of store: SampleStore, through view: BinarisationView,
    epoch: Int, into rows: UnsafeMutablePointer<UInt8>
  ) {
    for (place, sample) in samples.enumerated() {
      let row = rows + place * valueCount
      resizing.resize(store.row(Int(sample)), into: row)
      view.apply(
        row: row, count: valueCount, imageIndex: store.indices[Int(sample)], epoch: epoch,
        into: row)
    }
  }
}

extension Samples {
  /// A part as a model is asked about it: through the model's view, in the model's size.
  ///
  /// - Parameter resizes: whether images of another size are resized; else they are refused.
  /// - Throws: `SizeFault` (65), and whatever is wrong with the shards.
  init(
    _ reader: ShardReader, part: Part, for model: Model, resizes: Bool,
    memory: Int = SampleStore.defaultMemory
  ) throws {
    try self.init(reader, part: part, view: model.binarisation, seed: 0, memory: memory)
    guard resizes, shape.channels == model.imageChannels, shape != model.imageShape,
      max(shape.height, shape.width) <= 65_536
    else {
      try requireShape(model.imageShape)
      return
    }
    resizing = SampleResizing(shape, toHeight: model.imageHeight, toWidth: model.imageWidth)
  }

  /// `, resized from 32 x 32`: for what is told of a result; empty where nothing was resized.
  var resizedWords: String { resizing.map { ", resized from \($0.from)" } ?? "" }
}

extension StageFields {
  /// Whether images of another size than the model's are made its size; else they are refused.
  func resizes() -> Bool {
    bool(
      "resize", default: false,
      meaning: "whether images of another size are resized to the model's, or refused")
  }
}
