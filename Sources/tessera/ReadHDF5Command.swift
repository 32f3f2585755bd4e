import ArgumentParser
import Tasks

/// An internal command: reads a foreign HDF5 file for another `tessera` process, which a damaged file thus cannot crash.
struct ReadHDF5Command: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "read-hdf5",
    abstract: "Internal: reads a foreign HDF5 file for another tessera process.",
    shouldDisplay: false)

  @Argument var question: String
  @Argument var file: String
  @Argument var dataset: String?

  mutating func run() throws {
    guard try InspectionText.answer(question, path: file, dataset: dataset) else {
      throw ValidationError("expected datasets, integers, bytes or inspection with what they need")
    }
  }
}
