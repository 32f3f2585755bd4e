import Circuits
import Files
import Learning
import Workflow

/// What training leaves on disk epoch by epoch: a snapshot of the parameters, which is a result,
/// and in a scratch folder the whole state, from which an interrupted run goes on.
///
/// Each file's SHA-256 lies in the scratch folder: a flipped bit of a parameter is a parameter.
struct Checkpoints {
  let snapshots: String
  let scratch: String

  /// Memory that writing takes: copies of the learner's arrays and of the longest slice of parameters.
  static func bytes(circuit: Circuit, learner: any Learner) -> Int {
    let moments = learner.initialState(parameterCount: 0).arrays.count
    let slice = circuit.parameterSlices.map(\.range.count).max() ?? 0
    return (moments * circuit.layout.parameterCount + slice) * MemoryLayout<Float>.stride
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
    try write(snapshot, to: path(ofSnapshot: epoch), hash: path(ofHash: epoch, isSnapshot: true))
    try write(whole, to: path(ofWhole: epoch), hash: path(ofHash: epoch, isSnapshot: false))
    for old in outdated where !keeping.contains(old) && exists(path(ofWhole: old)) {
      try DurableFile.remove(path(ofWhole: old))
    }
  }

  private func write(_ model: Model, to path: String, hash: String) throws {
    try ModelFile.write(model, to: path)
    try DurableFile.write(text: SHA256.hex(ofFile: path), to: hash)
  }

  /// The newest state that is undamaged, of this stage, and has all its snapshots; what is damaged
  /// is named and its epochs are worked again.
  ///
  /// - Parameter chosen: the epoch that would be kept after a state's curve: it is needed as well.
  func newest(
    upTo epochs: Int, fingerprint: String, chosen: (Model) -> Int, warn: (String) -> Void
  ) -> Model? {
    for epoch in stride(from: epochs, through: 0, by: -1) where exists(path(ofWhole: epoch)) {
      guard isIntact(epoch, isSnapshot: false, warn) else { continue }
      let file = path(ofWhole: epoch)
      do {
        let model = try ModelFile.read(file)
        guard model.fingerprint == fingerprint, model.epoch == epoch else {
          warn("\(file.printable) is of another configuration and is not used")
          continue
        }
        guard (0...epoch).allSatisfy({ isIntact($0, isSnapshot: true, warn) }),
          isIntact(chosen(model), isSnapshot: false, warn)
        else { continue }
        return model
      } catch {
        warn("\(file.printable) cannot be used: \(error)")
      }
    }
    return nil
  }

  private func exists(_ path: String) -> Bool { (try? FileBytes.size(path)) != nil }

  private func isIntact(_ epoch: Int, isSnapshot: Bool, _ warn: (String) -> Void) -> Bool {
    let file = isSnapshot ? path(ofSnapshot: epoch) : path(ofWhole: epoch)
    let hash = path(ofHash: epoch, isSnapshot: isSnapshot)
    // Without a hash it was not finished: stopped between the two files.
    guard let recorded = try? FileBytes.read(hash, limit: 99) else { return false }
    if (try? SHA256.hex(ofFile: file)) == String(decoding: recorded, as: UTF8.self) { return true }
    warn("\(file.printable) is missing or damaged: its epochs are worked again")
    return false
  }
}
