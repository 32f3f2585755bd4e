import Datasets
import Models
import Numerics
import Workflow

/// Stored images of one size as a model of another size sees them: resized, then through its view.
struct SampleResizing: Sendable {
  private let resizing: ImageResizing
  /// Row-major: what the resized images are.
  let pixelOfPosition: [Int32]
  private let order: AlignedBuffer<Int32>

  init(_ shape: ImageShape, toHeight: Int, toWidth: Int) {
    resizing = ImageResizing(
      height: shape.height, width: shape.width, channels: shape.channels, toHeight: toHeight,
      toWidth: toWidth)
    pixelOfPosition = (0..<Int32(toHeight * toWidth * shape.channels)).map { $0 }
    order = AlignedBuffer(pixelOfPosition)
  }

  /// `32 x 32`: what the images were.
  var from: String { "\(resizing.height) x \(resizing.width)" }

  /// Copies rows of the new size, `[sample][value]`. What a pixel of a stochastic view draws is a
  /// function of the image and of the pixel in the new size.
  func copy(
    _ samples: UnsafeBufferPointer<Int32>, of store: SampleStore, through view: BinarisationView,
    epoch: Int, into rows: UnsafeMutablePointer<UInt8>
  ) {
    let count = pixelOfPosition.count
    var image = [UInt8](repeating: 0, count: store.pixels)
    var grey = [UInt8](repeating: 0, count: count)
    for (place, sample) in samples.enumerated() {
      let stored = store.row(Int(sample))
      for (position, pixel) in store.pixelOrder.enumerated() {
        image[Int(pixel)] = stored[position]
      }
      grey.withUnsafeMutableBufferPointer { grey in
        guard let grey = grey.baseAddress else { return }
        image.withUnsafeBufferPointer { image in
          if let image = image.baseAddress { resizing.resize(image, into: grey) }
        }
        view.apply(
          row: grey, count: count, imageIndex: store.indices[Int(sample)], epoch: epoch,
          order: order.pointer, into: rows + place * count)
      }
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
