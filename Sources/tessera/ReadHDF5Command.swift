import ArgumentParser
import Tasks

/// Not for people: another `tessera` asks it about a file from elsewhere, and outlives what that does to it.
struct ReadHDF5Command: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "read-hdf5", abstract: "Reads a stranger's HDF5 file for another tessera.",
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
