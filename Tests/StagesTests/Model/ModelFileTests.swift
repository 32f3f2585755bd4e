import Configuration
import Files
import Foundation
import Stages
import Storage
import Testing

extension StagesSuite {
  @Suite struct ModelFileTests {
    typealias Edit = @Sendable (inout ModelContent) -> Void

    private func summary(_ sandbox: Sandbox) throws -> [String: ResolvedValue] {
      try ModelEvaluation(
        model: sandbox.path("model.h5"), images: sandbox.path(ModelFixture.testImages),
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

    static let edits: [(String, String, Edit)] = [
      ("format", "not a model file of tessera") {
        $0.set("/", "format", .string("tessera-shard"))
      },
      ("version", "model format 2, expected 1: written by another tessera version") {
        $0.set("/", "version", .integer(2))
      },
      ("logits", "/parameters/sumLogits: 1599 numbers, the structure needs 1600") {
        $0.reals["/parameters/sumLogits"]?.removeLast()
      },
      ("leaf logits", "/parameters/bernoulliLogits: 129 numbers, the structure needs 128") {
        $0.reals["/parameters/bernoulliLogits"]?.append(0)
      },
      ("NaN", "/parameters/sumLogits: NaN") {
        $0.reals["/parameters/sumLogits"]?[7] = .nan
      },
      ("leaf NaN", "/parameters/bernoulliLogits: NaN") {
        $0.reals["/parameters/bernoulliLogits"]?[7] = .nan
      },
      ("moments", "/learner/firstMoment: 1727 numbers, the structure needs 1728") {
        $0.reals["/learner/firstMoment"]?.removeLast()
      },
      ("child after parent", "/structure: partition of region 2 is out of order") {
        $0.integers["/structure/partitions"]?.values[1] = 99
      },
      ("negative child", "/structure: partition of region 2 is out of order") {
        $0.integers["/structure/partitions"]?.values[1] = -1
      },
      ("no such region", "/structure: partition of region 100 is out of order") {
        $0.integers["/structure/partitions"]?.values[0] = 100
      },
      ("a pixel twice", "/structure: the superpixels do not hold each of 64 pixels once") {
        $0.integers["/structure/superpixelPixels"]?.values[0] = 1
      },
      ("a pixel outside", "/structure: the superpixels do not hold each of 64 pixels once") {
        $0.integers["/structure/superpixelPixels"]?.values[0] = 64
      },
      ("a larger image", "/structure: the superpixels do not hold each of 72 pixels once") {
        $0.set("/preprocessing", "imageHeight", .integer(9))
      },
      ("offsets", "/structure: the superpixels do not hold each of 64 pixels once") {
        $0.integers["/structure/superpixelOffsets"]?.values[1] = 40
      },
      ("leaf outside", "/structure: leaf regions and their superpixels do not fit") {
        $0.integers["/structure/leafSuperpixels"]?.values[0] = 16
      },
      ("units", "/structure: 0 units, 100 regions") {
        $0.set("/structure", "units", .integer(0))
      },
      ("leaf", "/structure: leaf 'flow' is unknown to this version") {
        $0.set("/structure", "leaf", .string("flow"))
      },
      ("binarisation", "binarisation '{\"kind\":\"dithered\"}' is unknown") {
        $0.set("/preprocessing", "binarisation", .string("{\"kind\":\"dithered\"}"))
      },
      ("configuration", "configuration: not valid JSON at byte 1: expected a key") {
        $0.set("/", "configuration", .string("{"))
      },
    ]

    @Test(arguments: edits.indices)
    func anUnusableModelIsRefusedWithItsReason(index: Int) throws {
      let (_, reason, edit) = Self.edits[index]
      let sandbox = try ModelFixture.sandbox()
      var content = try ModelContent(path: sandbox.path("model.h5"))
      edit(&content)
      try content.write(to: sandbox.path("model.h5"))
      let fault = #expect(throws: ModelFault.self) { try summary(sandbox) }
      #expect(fault?.exitCode == .badData)
      #expect(fault?.description == "\(sandbox.path("model.h5")): \(reason)")
    }

    @Test func aTruncatedOrForeignFileIsRefused() throws {
      let sandbox = try ModelFixture.sandbox()
      let bytes = try FileBytes.read(sandbox.path("model.h5"))
      for damaged in [Array(bytes.prefix(bytes.count - 1)), Array(bytes.prefix(100)), [1, 2], []] {
        try DurableFile.write(damaged, to: sandbox.path("model.h5"))
        let fault = #expect(throws: StorageFault.self) { try summary(sandbox) }
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
