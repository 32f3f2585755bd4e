import Configuration
import Files
import Foundation
import Storage
import Tasks
import TestSupport
import Testing

extension CommandSuite {
  @Suite struct CertifyTests {
    @Test func aTrainedModelIsCertified() throws {
      let sandbox = try ModelFixture.sandbox()
      let ended = try Tessera.run("certify", "model.h5", in: sandbox)
      #expect(ended.status == 0, "\(ended.errors)\(ended.output)")
      #expect(ended.errors.isEmpty)
      let lines = ended.output.split(separator: "\n")
      #expect(lines.first?.hasPrefix("8 x 8 pixels, bernoulli leaves, 1,728 parameters") == true)
      #expect(lines.last?.hasPrefix("certified: ") == true)
      #expect(ended.output.contains("mass of leaf units"))
    }

    /// Black images alone: each value of a leaf is nearly certain, and its logarithm a sum of 255 tiny terms.
    @Test func aModelOfOneImageIsCertified() throws {
      let sandbox = try Sandbox(data: ToyData(train: 20, test: 4, constant: 0))
      let train = "batch: 20, binarisation: none, leaf: categorical"
      try sandbox.run(
        Pipelines.training(
          epochs: 100, split: "validation: 2", train: "\(train), learner: {kind: em, step: 0.5}"))
      let ended = try Tessera.run("certify", "Output/tiny/spn/model.h5", in: sandbox)
      #expect(ended.status == 0, "\(ended.output)")
    }

    @Test func itsJSONHasEveryCheck() throws {
      let sandbox = try ModelFixture.sandbox()
      let one = try Tessera.run("certify", "model.h5", "--json", "--workers", "1", in: sandbox)
      let two = try Tessera.run("certify", "model.h5", "--json", "--workers", "2", in: sandbox)
      #expect(one.output == two.output)
      let found = try ResolvedValue(json: one.output)
      #expect(found["certified"] == .boolean(true))
      let checks = try #require(found["checks"]?.list)
      #expect(checks.count >= 11)
      let mass = try #require(checks.first { $0["name"]?.string == "mass of leaf units" })
      #expect(mass["atMost"]?.real == 1e-5)
      #expect(mass["likelihood"]?.string == "exact")
      #expect((mass["found"]?.real).map { $0 < 1e-5 } == true)
    }

    /// A parameter that is not finite: one line, by whoever notices first.
    @Test func aModelThatIsNoneIsNotCertified() throws {
      let sandbox = try ModelFixture.sandbox()
      var content = try ModelContent(path: sandbox.path("model.h5"))
      content.reals["/parameters/bernoulliLogits"]?[3] = .infinity
      try content.write(to: sandbox.path("wrong.h5"))
      let ended = try Tessera.run("certify", "wrong.h5", in: sandbox)
      #expect(ended.status == 65)
      #expect(ended.errorLines.count == 1, "\(ended.errors)")
    }

    @Test func wrongWordsAreUsage() throws {
      let sandbox = try ModelFixture.sandbox()
      for arguments in [["--seed", "-1"], ["--workers", "0"]] {
        let ended = try Child(["certify", "model.h5"] + arguments, in: sandbox).wait()
        #expect(ended.status == 64)
      }
      #expect(try Tessera.run("certify", "none.h5", in: sandbox).status == 66)
    }

    @Test func theStageWritesTableAndText() throws {
      let sandbox = try Sandbox()
      let summary = try sandbox.run(
        Pipelines.training(extra: "  proof: {kind: certify, model: spn.model, samples: 200}"))
      #expect(summary.notes.contains { $0.hasPrefix("certified: ") })
      let table = try HDF5File.open(sandbox.path("Output/tiny/proof/certificate.h5"))
        .table("/certificate")
      guard case .strings(let outcomes)? = table["outcome"] else {
        Issue.record("no outcomes")
        return
      }
      #expect(!outcomes.contains("failed") && outcomes.contains("passed"))
      #expect(try sandbox.text("Output/tiny/proof/certificate.txt").contains("certified: "))
      #expect(try sandbox.text("Output/tiny/proof/certificate.csv").hasPrefix("check,outcome,"))
    }
  }
}
