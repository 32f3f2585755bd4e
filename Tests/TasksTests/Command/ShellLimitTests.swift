import Datasets
import Files
import Foundation
import Testing

extension CommandSuite {
  /// Closed streams and the shell's limits: a message and a code, no signal.
  @Suite(.timeLimit(.minutes(2))) struct ShellLimitTests {
    private let ingest = "exec \"$0\" ingest Data/toy --output own --superpixel 4x4"

    /// The first file that is opened would get the number of a closed stream, and what is told with it.
    @Test(arguments: [">&-", "2>&-", ">&- 2>&-", "<&- >&- 2>&-"])
    func closedStreamsStayOutOfFiles(closed: String) throws {
      let sandbox = try Sandbox()
      let ended = try Shell.run("\(ingest) \(closed)", in: sandbox)
      #expect(!ended.wasKilled)
      // What was asked for on stdout could not be written.
      #expect(ended.status == (closed.contains(">&- ") || closed == ">&-" ? 74 : 0))
      let clean = try Sandbox()
      #expect(try Shell.run("\(ingest) > output 2> errors", in: clean).status == 0)
      try DurableFile.remove(clean.path("output"))
      try DurableFile.remove(clean.path("errors"))
      #expect(try sandbox.hashes("own") == clean.hashes("own"))
      try ShardReader(folder: sandbox.path("own/shards")).verify()
      #expect(try sandbox.strays().isEmpty)
    }

    @Test func helpThatNobodyGetsIsNoSuccess() throws {
      let sandbox = try Sandbox()
      for arguments in ["--help", "run --help", "--version", "kinds"] {
        let ended = try Shell.run("exec \"$0\" \(arguments) >&- 2> errors", in: sandbox)
        #expect(ended.status == 74, "\(arguments)")
        #expect(ended.errors == "tessera: standard output: Bad file descriptor\n")
      }
      #expect(try Shell.run("exec \"$0\" kinds 2>&- > output", in: sandbox).status == 0)
    }

    @Test(arguments: [0, 8, 64])
    func filesMayNotGrowBeyondALimit(blocks: Int) throws {
      let sandbox = try Sandbox()
      try sandbox.write("p.yaml", Pipelines.all)
      let ended = try Shell.run(
        "ulimit -f \(blocks); exec \"$0\" run p.yaml > /dev/null 2> /dev/null", in: sandbox)
      #expect(!ended.wasKilled)
      #expect(ended.status == 74)
      // Nothing that is there is half of anything.
      let again = try Shell.run("exec \"$0\" run p.yaml > /dev/null 2> errors", in: sandbox)
      #expect(again.status == 0, "\(again.errors)")
    }

    @Test func fewDescriptorsAreTold() throws {
      for count in [6, 11, 16, 24, 200, 255, 256] {
        let sandbox = try Sandbox()
        try sandbox.write("p.yaml", Pipelines.all)
        let ended = try Shell.run(
          "exec > output 2> errors; ulimit -n \(count); exec \"$0\" run p.yaml", in: sandbox)
        #expect(!ended.wasKilled, "\(count)")
        #expect(ended.status == (count < 256 ? 69 : 0), "\(count): \(ended.errors)")
      }
    }

    #if os(Linux)
      @Test(arguments: [
        ("-s 64", "a stack of at least"), ("-v 200000", "address space"),
        ("-v 1000000", "address space"), ("-d 20000", "of data"), ("-d 1000000", "of data"),
      ])
      func littleMemoryIsToldAtOnce(limit: String, what: String) throws {
        let sandbox = try Sandbox()
        let ended = try Shell.run(
          "ulimit \(limit); exec \"$0\" kinds > output 2> errors", in: sandbox)
        #expect(!ended.wasKilled)
        #expect(ended.status == 69)
        #expect(ended.errors.contains(what) && ended.errorLines.count == 1, "\(ended.errors)")
      }

      /// The least that is not refused is enough.
      @Test(arguments: ["-s 1024", "-v 2097152", "-d 2097152", "-S -n 30"])
      func whatIsAllowedIsEnough(limit: String) throws {
        let sandbox = try Sandbox()
        try sandbox.write("p.yaml", Pipelines.all)
        let ended = try Shell.run(
          "ulimit \(limit); exec \"$0\" run p.yaml > output 2> errors", in: sandbox)
        #expect(ended.status == 0, "\(ended.errors)")
      }
    #endif
  }
}
