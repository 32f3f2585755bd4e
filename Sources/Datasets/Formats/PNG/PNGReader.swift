import Files
import Numerics

/// Decodes a block of pictures at a time, side by side.
final class PNGReader: ImageReader {
  private let paths: [String]
  private let ownLabels: [Int32]?
  let shape: ImageShape
  private let preparation: PicturePreparation
  private let workers: ForkJoin
  private var next = 0
  private(set) var tally = PictureTally()
  var count: Int { paths.count }

  init(
    paths: [String], labels: [Int32]?, shape: ImageShape, preparation: PicturePreparation,
    workers: ForkJoin
  ) {
    self.paths = paths
    ownLabels = labels
    self.shape = shape
    self.preparation = preparation
    self.workers = workers
  }

  func labels() -> [Int32]? { ownLabels }

  /// - Throws: `PNGFault`, `PictureSizeFault` (65), `FileFault`: of the first image in order that is wrong,
  ///   whatever the number of workers.
  func read(into output: UnsafeMutableRawBufferPointer) throws {
    let size = shape.valueCount
    let own = Array(paths[next..<next + output.count / size])
    next += own.count
    var results = [Result<PictureTally, any Error>](
      repeating: .success(PictureTally()), count: own.count)
    results.withUnsafeMutableBufferPointer { results in
      // Each piece writes its own image and result alone.
      nonisolated(unsafe) let results = results
      nonisolated(unsafe) let output = output
      let (shape, preparation) = (shape, preparation)
      workers.run(pieces: own.count) { piece, _ in
        results[piece] = Result {
          let image = try PNGFile.read(own[piece], limit: 4 * PNGFolderSource.pixelLimit)
          let pixels = try preparation.prepared(image, as: shape, path: own[piece])
          UnsafeMutableRawBufferPointer(rebasing: output[piece * size..<(piece + 1) * size])
            .copyBytes(from: pixels)
          return PictureTally(image)
        }
      }
    }
    for result in results { tally += try result.get() }
  }
}
