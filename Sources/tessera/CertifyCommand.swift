import ArgumentParser
import Configuration
import Foundation
import Tasks

struct CertifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "certify",
    abstract: "Checks that a trained model is a distribution and answers as one.",
    discussion: """
      Sums leaf units over all their states and marginals over all completions, and compares kernels with \
      a reference, draws with probabilities, and one number of workers with another, all on the given \
      model. A failed check exits with 65.

      EXAMPLES
        tessera certify Output/quickstart/spn/seed-1/model.h5
        tessera certify Output/quickstart/spn-vae/seed-1/model.h5 --seed 7 --json
      """)

  @Argument(help: "A model file, as a train stage writes it.")
  var model: String

  @Option(help: "Seed of the samples and of the choice of what is checked.")
  var seed: Int = 1

  @Option(help: "Threads to work with; results do not depend on it. Default: all cores.")
  var workers: Int?

  @Flag(help: "JSON.")
  var json = false

  func validate() throws {
    if seed < 0 { throw ValidationError("--seed: expected 0 or more, found \(seed)") }
    if let workers, workers < 1 || workers > 1_024 {
      throw ValidationError("--workers: expected 1 to 1024, found \(workers)")
    }
  }

  mutating func run() throws {
    let certificate = try ModelCertificate(
      model: model, seed: seed,
      workers: workers ?? ProcessInfo.processInfo.activeProcessorCount)
    if json {
      Terminal.output(ResolvedValue.mapping(certificate.fields).jsonText)
    } else {
      for line in certificate.lines { Terminal.output(line) }
    }
    if let fault = certificate.fault { throw fault }
  }
}
