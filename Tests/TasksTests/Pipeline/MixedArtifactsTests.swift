import Configuration
import Files
import Foundation
import Tasks
import Testing
import Workflow

extension StagesSuite {
  /// Each stage is given, in the place of each artifact it reads, that of another data set.
  @Suite struct MixedArtifactsTests {
    /// Artifacts that are of images of one shape.
    private static let shaped: Set = [
      "images", "partition", "shards", "information", "model", "checkpoints",
    ]

    private struct Mixture {
      let stage: String
      /// What stands there now, and its type.
      let foreign: String
      let type: String
      /// The types of what the stage reads besides.
      let others: [String]
      let set: String
      let text: String

      /// Whether the plan must refuse it: by what the artifacts are, not by which stage reads them.
      var isRefused: Bool {
        switch type {
        case "split": return true
        case "images" where others.contains("split"): return true
        case "curve" where !Set(["model", "trajectory", "metrics"]).isDisjoint(with: others):
          return true
        case "information" where others.contains("model"): return true
        case "model" where others.contains("information"): return true
        case "model", "trajectory", "metrics": if others.contains("curve") { return true }
        case "shards": if others.contains("trajectory") { return true }
        default: break
        }
        let known = others.filter(shaped.contains)
        return set != "b" && shaped.contains(type) && !known.isEmpty
          && (known + [type]).contains { $0 == "images" || $0 == "shards" }
      }
    }

    private static func type(_ stages: [String: String], _ stage: String, _ port: String?) -> String
    {
      let kind = stages[stage]?.firstMatch(of: #/kind: ([a-z-]+)/#).map { String($0.1) } ?? ""
      let outputs = StageCatalogue.tessera.type(of: kind)?.outputs ?? []
      return outputs.first { port == nil || $0.name == port }?.type.name ?? ""
    }

    private static func mixtures(with set: String) -> [Mixture] {
      let own = MixedSets.stages("a")
      return own.keys.sorted().flatMap { stage -> [Mixture] in
        let text = own[stage] ?? ""
        let references = MixedSets.references(in: text)
        guard references.count > 1 else { return [] }
        let types = references.map { type(own, $0.stage, $0.port) }
        return references.indices.map { index in
          let foreign = set + text[references[index].range].dropFirst()
          var others = types
          others.remove(at: index)
          return Mixture(
            stage: stage, foreign: foreign, type: types[index], others: others, set: set,
            text: text.replacingCharacters(in: references[index].range, with: foreign))
        }
      }
    }

    private static func yaml(_ mixture: Mixture) -> String {
      var stages = MixedSets.stages("a").merging(MixedSets.stages(mixture.set)) { $1 }
      stages[mixture.stage] = mixture.text
      return MixedSets.yaml(stages, of: [mixture.stage])
    }

    @Test func everyKindOfStageIsMixed() {
      let kinds = MixedSets.stages("a").values.compactMap {
        $0.firstMatch(of: #/kind: ([a-z-]+)/#).map { String($0.1) }
      }
      #expect(Set(kinds) == Set(StageCatalogue.tessera.kinds.map(\.kind)))
    }

    @Test(arguments: ["a", "b", "c", "d"])
    func unmixedPipelinesAreRight(set: String) throws {
      let sandbox = try MixedSets.sandbox()
      let stages = MixedSets.stages(set).filter { !$0.key.hasSuffix("-loaded") }
      let plan = try sandbox.runner(MixedSets.yaml(stages, of: Array(stages.keys))).preview()
      #expect(plan.count == stages.count)
    }

    @Test(arguments: ["b", "c", "d"])
    func whatDoesNotBelongTogetherIsRefusedInThePlan(set: String) throws {
      let sandbox = try MixedSets.sandbox()
      for mixture in Self.mixtures(with: set) {
        let runner = try sandbox.runner(Self.yaml(mixture))
        guard mixture.isRefused else {
          #expect(throws: Never.self, "\(mixture.text)") { try runner.preview() }
          continue
        }
        let fault = #expect(throws: ConfigurationFault.self, "\(mixture.text)") {
          try runner.preview()
        }
        let text = fault?.description ?? ""
        #expect(fault?.exitCode == .configuration)
        #expect(text.hasPrefix("p.yaml:") && text.contains("'\(mixture.stage)'"), "\(text)")
        let name = mixture.foreign.prefix { $0 != "." }
        #expect(text.contains("'\(name)'") && text.contains("'a-"), "\(text)")
        #expect(throws: ConfigurationFault.self) { try runner.run() }
        #expect(try DurableFile.listTree(sandbox.path("Data/Cache")) == ["hashes.json"], "no work")
      }
    }

    /// What the plan lets through of artifacts made of images: results, no signal.
    @Test(arguments: ["b", "c", "d"])
    func whatFitsWorks(set: String) throws {
      let sandbox = try MixedSets.sandbox()
      var worked = 0
      for mixture in Self.mixtures(with: set)
      where !mixture.isRefused && (Self.shaped.contains(mixture.type)) {
        let summary = try sandbox.run(Self.yaml(mixture))
        #expect(summary.stage(mixture.stage) != nil)
        worked += 1
      }
      #expect(worked > (set == "b" ? 20 : 0))
    }
  }
}
