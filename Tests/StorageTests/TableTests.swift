import Configuration
import Files
import Foundation
import Storage
import TestSupport
import Testing

@Suite(.serialized) struct TableTests {
  let table = Table(
    title: "scores",
    columns: [
      TableColumn("model", .strings(["spn", "vae, \"plain\"", "é"])),
      TableColumn("seed", .integers([1, -2, .max])),
      TableColumn("likelihood", unit: "nats", .doubles([-95.25, .nan, -.infinity])),
    ])

  @Test func roundTrip() throws {
    let folder = try TemporaryFolder()
    try HDF5File.writeAtomically(to: folder("a.h5")) { file in
      try file.write("/metrics/scores", table: table)
    }
    let read = try HDF5File.open(folder("a.h5")).table("/metrics/scores")
    #expect(read.csv == table.csv)
    #expect(read.title == "scores")
    #expect(read.columns.map(\.name) == ["model", "seed", "likelihood"])
    #expect(read.columns.map(\.unit) == [nil, nil, "nats"])
  }

  @Test func emptyTable() throws {
    let folder = try TemporaryFolder()
    let empty = Table(
      title: "", columns: [TableColumn("a", .doubles([])), TableColumn("b", .strings([]))])
    try HDF5File.writeAtomically(to: folder("a.h5")) { try $0.write("/t", table: empty) }
    #expect(try HDF5File.open(folder("a.h5")).table("/t") == empty)
    #expect(empty.csv == "a,b\n")
  }

  @Test func csvQuotesWhatNeedsIt() {
    #expect(
      table.csv == """
        model,seed,likelihood
        spn,1,-95.25
        "vae, ""plain""\",-2,nan
        é,9223372036854775807,-inf

        """)
  }

  @Test func sameTableSameBytes() throws {
    let folder = try TemporaryFolder()
    for name in ["a.h5", "b.h5"] {
      try HDF5File.writeAtomically(to: folder(name)) { try $0.write("/t", table: table) }
      usleep(1_100_000)
    }
    #expect(try FileBytes.read(folder("a.h5")) == FileBytes.read(folder("b.h5")))
  }
}
