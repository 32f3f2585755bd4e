import Circuits
import Datasets
import Files
import Foundation
import Models
import Numerics
import Testing

/// Model files of an earlier program, one of each leaf family and structure, and the numbers that it gave.
///
/// `Fixtures/models.yaml` made them, at the commit before modules were arranged by idea; they are never made anew.
@Suite struct OlderModelTests {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Fixtures").path

  /// Lines of `expected.csv` without its head: model, images, mean log-likelihood.
  private static func rows() throws -> [[String]] {
    let text = String(
      decoding: try FileBytes.read(joinPath(folder, "expected.csv")), as: UTF8.self)
    return text.split(separator: "\n").dropFirst().map {
      $0.split(separator: ",").map(String.init)
    }
  }

  /// Images of a file as a model is shown them, each by its place in the file.
  private func images(_ path: String, of model: Model) throws -> [[UInt8]] {
    var options = SourceOptions()
    options.recolours = false
    let source = try imageSource(at: path, options, workers: ForkJoin(workers: 1))
    let part = try source.part(try #require(source.partNames.last))
    #expect(part.shape == model.imageShape, "\(path)")
    let count = part.shape.valueCount
    return (0..<part.count).map { image in
      var shown = Array(part.pixels[image * count..<(image + 1) * count])
      shown.withUnsafeMutableBufferPointer { shown in
        guard let row = shown.baseAddress else { return }
        model.binarisation.apply(
          row: row, count: count, imageIndex: Int64(image), epoch: 0, into: row)
      }
      return shown
    }
  }

  @Test func theyOpenAndGiveTheSameNumbers() throws {
    let rows = try Self.rows()
    let models = try DurableFile.names(in: Self.folder).filter {
      $0.hasSuffix(".h5") && $0 != "colour.images.h5"
    }
    #expect(Set(models) == Set(rows.map { $0[0] + ".h5" }))
    for row in rows {
      let path = joinPath(Self.folder, row[0] + ".h5")
      let images = try images(
        joinPath(Self.folder, row[1]), of: ModelFile.readForeign(path))
      let found = try meanLogLikelihood(images, ofModelAt: path)
      let expected = try #require(Double(row[2]))
      // Another processor family may differ in the last digits of single precision.
      #expect(abs(found - expected) <= 1e-6 * abs(expected), "\(row[0])")
    }
  }
}
