import ArgumentParser
import Configuration
import Foundation
import Workflow

/// The entry point: parses, runs, and prints a fault as one line with an exit code.
@main
enum Tessera {
  static func main() {
    // A closed pipe (`tessera inspect | head`) must not end the work.
    signal(SIGPIPE, SIG_IGN)
    // Where the shell's limit of file sizes is reached, writing fails with an error.
    signal(SIGXFSZ, SIG_IGN)
    Streams.reserve()
    do {
      if let fault = EmptyArgument(Array(CommandLine.arguments.dropFirst())) { throw fault }
      try run(TesseraCommand.parseAsRoot())
    } catch let fault as any Fault {
      Terminal.message("tessera: \(fault.description)")
      exit(fault.exitCode.rawValue)
    } catch {
      // Help is output as well.
      let isOutput = TesseraCommand.exitCode(for: error) == .success
      if isOutput, !Streams.takesOutput { Terminal.failOutput(EBADF) }
      TesseraCommand.exit(withError: error)
    }
  }

  private static func run(_ command: any ParsableCommand) throws {
    var command = command
    // A child that reads a foreign file is stopped by its parent.
    if command is ReadHDF5Command { return try command.run() }
    try Interruption.stoppable { try command.run() }
  }
}

struct TesseraCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tessera",
    abstract: "Trains sum-product networks on images and answers questions about them.",
    discussion: """
      A pipeline is a YAML file that names stages and what they read and write. Results go below \
      Output/PIPELINE; what was computed once is kept in Data/Cache and used again.

      EXAMPLES
        tessera run Pipelines/quickstart.yaml
        tessera run Pipelines/quickstart.yaml --set 'seeds=[4]' \\
          --set stages.spn.epochs=20
        tessera figures Pipelines/quickstart.yaml
        tessera inspect Output/quickstart/spn/seed-1/model.h5
        tessera evaluate --model Output/quickstart/spn/seed-1/model.h5 \\
          --images Data/mnist-5k/t10k-images-idx3-ubyte.gz
        tessera inpaint --model Output/quickstart/spn/seed-1/model.h5 --hide left \\
          --images Data/mnist-5k/t10k-images-idx3-ubyte.gz --output completions.png
        tessera sample --model Output/quickstart/spn/seed-1/model.h5 \\
          --count 64 --seed 1 --output grid.png

      EXIT CODES
        0 done, 64 usage, 65 bad data, 66 no input, 69 a tool or resource is missing,
        70 internal error or NaN, 73 cannot create, 74 input/output, 75 try again,
        78 configuration, 130/143 interrupted
      """,
    version: "0.1.0",
    subcommands: [
      RunCommand.self, FiguresCommand.self, IngestCommand.self, InspectCommand.self,
      EvaluateCommand.self,
      ClassifyCommand.self, SampleCommand.self, InpaintCommand.self, AnomalyCommand.self,
      CertifyCommand.self, ConvertCommand.self, KindsCommand.self, ReadHDF5Command.self,
    ])
}
