import Files
import Foundation

/// What each epoch of a training took, in `timings.epochs.csv` beside its results: measured, and so
/// no part of them.
struct EpochTimings {
  struct Epoch: Equatable {
    let number: Int
    let trainSeconds: Double
    let validationSeconds: Double
    let workers: Int
    /// Images met in the epoch; nil in files of before this was noted.
    let images: Int?
  }

  static let fileName = "timings.epochs.csv"
  private static let header = "epoch,trainSeconds,validationSeconds,workers,images"

  private(set) var epochs: [Epoch]

  /// Reads what is there; a missing or damaged file is an empty one, for these are only times. Throws: `FileFault`
  /// where it cannot be read.
  init(path: String) throws {
    let bytes = try FileBytes.readIfPresent(path, limit: 1 << 24) ?? []
    let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    epochs = lines.dropFirst().compactMap { line in
      let cells = line.split(separator: ",", omittingEmptySubsequences: false)
      guard (4...5).contains(cells.count), let number = Int(cells[0]), let train = Double(cells[1]),
        let validation = Double(cells[2]), let workers = Int(cells[3])
      else { return nil }
      return Epoch(
        number: number, trainSeconds: train, validationSeconds: validation, workers: workers,
        images: cells.count == 5 ? Int(cells[4]) : nil)
    }
  }

  /// Seconds of training after each epoch, validation apart; nil where an epoch's time is missing.
  func trainSeconds(upTo count: Int) -> [Double]? {
    guard epochs.map(\.number).starts(with: 1...max(count, 1)), epochs.count >= count else {
      return nil
    }
    var sum = 0.0
    return epochs.prefix(count).map {
      sum += $0.trainSeconds
      return sum
    }
  }

  /// Forgets what an interrupted run did after `epoch`: it is done again.
  mutating func keep(upTo epoch: Int) { epochs.removeAll { $0.number > epoch } }

  mutating func append(_ epoch: Epoch) { epochs.append(epoch) }

  func write(to path: String) throws {
    let lines = epochs.map {
      "\($0.number),\(String(format: "%.4f,%.4f", $0.trainSeconds, $0.validationSeconds)),"
        + "\($0.workers),\($0.images.map(String.init) ?? "")"
    }
    try DurableFile.write(
      text: ([Self.header] + lines).joined(separator: "\n") + "\n", to: path)
  }
}
