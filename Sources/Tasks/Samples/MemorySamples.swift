import Circuits
import Datasets
import Numerics

/// Images in memory, row-major, through a view: what `tessera evaluate` is given.
struct MemorySamples: SampleSource {
  private let part: ImagePart
  private let view: BinarisationView
  private let order: AlignedBuffer<Int32>

  init(_ part: ImagePart, view: BinarisationView) {
    self.part = part
    self.view = view
    order = AlignedBuffer((0..<Int32(part.shape.valueCount)).map { $0 })
  }

  /// Ascending numbers of the part's images that these are; nil for all.
  var chosen: [Int32]?

  var sampleCount: Int { chosen?.count ?? part.count }
  var pixelOfPosition: [Int32] { order.array }

  func copy(
    _ samples: UnsafeBufferPointer<Int32>, epoch: Int, into rows: UnsafeMutablePointer<UInt8>
  ) {
    let pixels = part.shape.valueCount
    part.pixels.withUnsafeBufferPointer { all in
      guard let start = all.baseAddress else { return }
      for (place, sample) in samples.enumerated() {
        let image = number(of: sample)
        view.apply(
          row: start + Int(image) * pixels, count: pixels, imageIndex: Int64(image),
          epoch: epoch, order: order.pointer, into: rows + place * pixels)
      }
    }
  }

  func identify(
    _ samples: UnsafeBufferPointer<Int32>, into numbers: UnsafeMutablePointer<Int32>
  ) {
    for (place, sample) in samples.enumerated() { numbers[place] = number(of: sample) }
  }

  /// The image's number in the part, of which it is the `sample`-th chosen.
  func number(of sample: Int32) -> Int32 { chosen.map { $0[Int(sample)] } ?? sample }
}

/// Images of a model's own coding in memory, row-major.
struct CodedSamples: SampleSource {
  let bytes: [UInt8]
  let pixelCount: Int

  var sampleCount: Int { bytes.count / pixelCount }
  var pixelOfPosition: [Int32] { (0..<Int32(pixelCount)).map { $0 } }

  func copy(
    _ samples: UnsafeBufferPointer<Int32>, epoch: Int, into rows: UnsafeMutablePointer<UInt8>
  ) {
    bytes.withUnsafeBufferPointer { all in
      guard let start = all.baseAddress else { return }
      for (place, sample) in samples.enumerated() {
        (rows + place * pixelCount).update(
          from: start + Int(sample) * pixelCount, count: pixelCount)
      }
    }
  }
}
