import Files
import Foundation

/// The meaning of an error message of libhdf5 for the user of the file.
struct HDF5Reason {
  /// The system's error number behind it; nil where there was none.
  let system: Int32?
  let words: String

  /// - Parameter complaint: libhdf5's innermost message.
  init(_ complaint: String, path: String) {
    system = Self.errorNumber(in: complaint)
    if let system {
      words = String(cString: strerror(system))
    } else if let known = Self.table.first(where: { complaint.contains($0.part) }) {
      words = known.words
    } else if complaint.contains("signature not found") {
      words =
        "expected an HDF5 file, " + (FileKind(of: path)?.words ?? "found something else")
    } else {
      words =
        "it is damaged, or of a kind that is not read (libhdf5: \(Self.lasting(complaint))); try h5repack"
    }
  }

  /// A complaint without what differs from one run to the next: times, and addresses in memory.
  private static func lasting(_ complaint: String) -> String {
    complaint.split(separator: ", ").filter { !$0.contains("time = ") && !$0.contains("0x") }
      .joined(separator: ", ")
  }

  /// A full or failing disk, or a limit of this process: no fault of the file or of its place.
  var isOfMachine: Bool { system.map(FileFault.isOfMachine) ?? false }

  /// `..., errno = 28, error message = 'No space left on device', ...`
  private static func errorNumber(in complaint: String) -> Int32? {
    // `lstat` of a file that was opened fails only because of the disk.
    if complaint.contains("can't retrieve stat info") { return EIO }
    guard let start = complaint.range(of: "errno = ") else { return nil }
    return Int32(complaint[start.upperBound...].prefix { $0.isNumber }).flatMap {
      $0 == 0 ? nil : $0
    }
  }

  private static let damaged = "it is damaged; fetch or write it again"
  private static let table: [(part: String, words: String)] = [
    ("truncated file", "the file is cut short; fetch or write it again"),
    ("addr overflow", "the file is cut short; fetch or write it again"),
    ("doesn't exist", "there is no such object in the file"),
    ("component not found", "there is no such object in the file"),
    ("can't locate", "there is no such object in the file"),
    ("checksum", "a checksum is wrong: \(damaged)"),
    ("Fletcher32", "a checksum is wrong: \(damaged)"),
    ("inflate", "a chunk does not inflate: \(damaged)"),
    ("wrong B-tree signature", damaged), ("wrong fractal heap", damaged),
    ("bad object header", damaged), ("bad local heap", damaged),
    ("memory allocation failed", "it needs more memory than there is; the file may be damaged"),
  ]
}
