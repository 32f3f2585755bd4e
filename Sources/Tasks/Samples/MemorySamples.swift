import Circuits
import Datasets
import Numerics

/// Images in memory, row-major, through a view: what `tessera evaluate` is given.
struct MemorySamples: SampleSource {
  private let part: ImagePart
  private let view: BinarisationView

  init(_ part: ImagePart, view: BinarisationView) {
    self.part = part
    self.view = view
  }

  /// Ascending numbers of the part's images that these are; nil for all.
  var chosen: [Int32]?

  var sampleCount: Int { chosen?.count ?? part.count }
  var valueCount: Int { part.shape.valueCount }

  func copy(
    _ samples: UnsafeBufferPointer<Int32>, epoch: Int, into rows: UnsafeMutablePointer<UInt8>
  ) {
    part.pixels.withUnsafeBufferPointer { all in
      guard let start = all.baseAddress else { return }
      for (place, sample) in samples.enumerated() {
        let image = number(of: sample)
        view.apply(
          row: start + Int(image) * valueCount, count: valueCount, imageIndex: Int64(image),
          epoch: epoch, into: rows + place * valueCount)
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
  let valueCount: Int

  var sampleCount: Int { bytes.count / valueCount }

  func copy(
    _ samples: UnsafeBufferPointer<Int32>, epoch: Int, into rows: UnsafeMutablePointer<UInt8>
  ) {
    bytes.withUnsafeBufferPointer { all in
      guard let start = all.baseAddress else { return }
      for (place, sample) in samples.enumerated() {
        (rows + place * valueCount).update(
          from: start + Int(sample) * valueCount, count: valueCount)
      }
    }
  }
}
