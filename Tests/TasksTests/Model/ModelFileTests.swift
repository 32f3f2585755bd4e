import Configuration
import Files
import Foundation
import Storage
import Tasks
import Testing

extension StagesSuite {
  @Suite struct ModelFileTests {
    private func summary(_ sandbox: Sandbox) throws -> [String: ResolvedValue] {
      try ModelEvaluation(
        model: sandbox.path("model.h5"), images: GivenImages(sandbox.path(ModelFixture.testImages)),
        labels: nil, workers: 1
      ).fields
    }

    /// Written again by other code from what the documentation says is in it: the same model.
    @Test func whatTheFormatSaysIsAllThereIs() throws {
      let sandbox = try ModelFixture.sandbox()
      let before = try summary(sandbox)
      try ModelContent(path: sandbox.path("model.h5")).write(to: sandbox.path("model.h5"))
      #expect(try summary(sandbox) == before)
    }

    /// Every parameter reaches its place: another value of any kind of them gives another number.
    @Test(arguments: ["/parameters/sumLogits", "/parameters/bernoulliLogits"])
    func everyParameterCounts(name: String) throws {
      let sandbox = try ModelFixture.sandbox()
      let before = try summary(sandbox)["meanLogLikelihood"]
      let content = try ModelContent(path: sandbox.path("model.h5"))
      let count = try #require(content.reals[name]).count
      for index in [0, count / 2, count - 1] {
        var changed = content
        changed.reals[name]?[index] += 1
        try changed.write(to: sandbox.path("model.h5"))
        #expect(try summary(sandbox)["meanLogLikelihood"] != before, "\(name)[\(index)]")
      }
    }

    @Test(arguments: ModelEdit.all)
    func anUnusableModelIsRefusedWithItsReason(edit: ModelEdit) throws {
      let sandbox = try ModelFixture.sandbox()
      var content = try ModelContent(path: sandbox.path("model.h5"))
      edit.apply(&content)
      try content.write(to: sandbox.path("model.h5"))
      let fault = #expect(throws: ModelFault.self) { try summary(sandbox) }
      #expect(fault?.exitCode == .badData)
      #expect(fault?.description == "\(sandbox.path("model.h5")): \(edit.reason)")
    }

    @Test func aTruncatedOrForeignFileIsRefused() throws {
      let sandbox = try ModelFixture.sandbox()
      let bytes = try FileBytes.read(sandbox.path("model.h5"))
      for damaged in [Array(bytes.prefix(bytes.count - 1)), Array(bytes.prefix(100)), [1, 2], []] {
        try DurableFile.write(damaged, to: sandbox.path("model.h5"))
        let fault =
          #expect(throws: (any Error).self) { try summary(sandbox) } as? any Fault
        #expect(fault?.exitCode == .badData)
        #expect(fault?.description.hasPrefix(sandbox.path("model.h5")) == true)
        #expect(fault?.description.contains("\n") == false)
      }
      try DurableFile.remove(sandbox.path("model.h5"))
      let missing = #expect(throws: FileFault.self) { try summary(sandbox) }
      #expect(missing?.exitCode == .noInput)
    }
  }
}
