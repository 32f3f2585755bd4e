import Circuits
import Configuration
import Files
import Models
import Workflow

/// What training leaves on disk epoch by epoch: a snapshot of the parameters, which is a result,
/// and in a scratch folder the whole state, from which an interrupted run goes on.
///
/// Each file's SHA-256 lies in the scratch folder: a flipped bit of a parameter is a parameter.
struct Checkpoints {
  let snapshots: String
  let scratch: String

  /// Memory that writing takes: copies of the learner's arrays and of the longest slice of parameters, and sum
  /// weights that are derived to be stored.
  static func bytes(circuit: Circuit, learner: any Learner) -> Int {
    let state = learner.stateArrays(circuit.layout).reduce(0) { $0 + $1.count }
    let slice = circuit.parameterSlices.map(\.range.count).max() ?? 0
    let logits =
      circuit.derivesLogits ? circuit.layout.derivedCount + circuit.layout.sumWeightCount : 0
    return (state + slice + logits) * MemoryLayout<Float>.stride
  }

  func path(ofSnapshot epoch: Int) -> String { joinPath(snapshots, fileName(epoch)) }

  func path(ofWhole epoch: Int) -> String { joinPath(scratch, fileName(epoch)) }

  private func fileName(_ epoch: Int) -> String {
    let number = String(epoch)
    return "epoch-\(String(repeating: "0", count: max(4 - number.count, 0)))\(number).h5"
  }

  private func path(ofHash epoch: Int, isSnapshot: Bool) -> String {
    joinPath(scratch, "\(isSnapshot ? "snapshot" : "whole")-\(epoch).sha256")
  }

  /// Writes both files of an epoch and removes the whole states of `outdated` but those of
  /// `keeping`.
  func write(snapshot: Model, whole: Model, keeping: [Int], outdated: [Int]) throws {
    let epoch = whole.epoch
    try DurableFile.write(
      text: ModelFile.write(snapshot, to: path(ofSnapshot: epoch)),
      to: path(ofHash: epoch, isSnapshot: true))
    try DurableFile.write(
      text: ModelFile.write(whole, to: path(ofWhole: epoch), hasContentDigest: false),
      to: path(ofHash: epoch, isSnapshot: false))
    // Missing already is fine.
    for old in outdated where !keeping.contains(old) {
      try DurableFile.remove(path(ofWhole: old))
    }
  }

  /// The newest state that is undamaged, of this stage, and has all its snapshots; what cannot be used is told, with
  /// the reason, and its epochs are worked again.
  ///
  /// - Parameter chosen: the epoch that would be kept after a state's curve: it is needed as well.
  /// - Throws: `FileFault`, `StorageFault` where a file cannot be read now, which says nothing of its content.
  func newest(
    upTo epochs: Int, fingerprint: String, chosen: (Model) -> Int, warn: (String) -> Void
  ) throws -> Model? {
    // States of older epochs were removed by the training itself.
    var isNewest = true
    for epoch in stride(from: epochs, through: 0, by: -1) {
      guard try FileStatus.of(path(ofWhole: epoch)) != nil else {
        if isNewest, try FileStatus.of(path(ofSnapshot: epoch)) != nil {
          warn(Self.unusable(path(ofSnapshot: epoch), "the state of its training is not there"))
        }
        continue
      }
      isNewest = false
      guard try isIntact(epoch, isSnapshot: false, warn),
        let model = try read(epoch, fingerprint: fingerprint, warn),
        try (0...epoch).allSatisfy({ try isIntact($0, isSnapshot: true, warn) }),
        try isIntact(chosen(model), isSnapshot: false, warn)
      else { continue }
      return model
    }
    return nil
  }

  /// The state after an epoch, whose file is as it was written; nil where it is no state of this training.
  private func read(
    _ epoch: Int, fingerprint: String, _ warn: (String) -> Void
  ) throws -> Model? {
    let file = path(ofWhole: epoch)
    do {
      let model = try ModelFile.read(file)
      if model.fingerprint == fingerprint, model.epoch == epoch { return model }
      warn(Self.unusable(file, "it is of another configuration"))
    } catch let fault as ModelFault {
      warn(Self.unusable(file, fault.description))
    }
    return nil
  }

  private func isIntact(
    _ epoch: Int, isSnapshot: Bool, _ warn: (String) -> Void
  ) throws -> Bool {
    let file = isSnapshot ? path(ofSnapshot: epoch) : path(ofWhole: epoch)
    guard let reason = try damage(of: file, path(ofHash: epoch, isSnapshot: isSnapshot)) else {
      return true
    }
    warn(Self.unusable(file, reason))
    return false
  }

  /// What is wrong with a file, or nil.
  private func damage(of file: String, _ hash: String) throws -> String? {
    guard let recorded = try FileBytes.readIfPresent(hash) else {
      // Stopped between the two files, or removed since.
      return "its hash, \(hash.printable), is missing"
    }
    guard try FileStatus.of(file) != nil else { return "it is missing" }
    let found = try SHA256.hex(ofFile: file, for: .examine)
    return found == String(decoding: recorded, as: UTF8.self) ? nil : "it is damaged (SHA-256)"
  }

  private static func unusable(_ file: String, _ reason: String) -> String {
    "\(file.printable) cannot be used: \(reason); its epochs are worked again"
  }
}
