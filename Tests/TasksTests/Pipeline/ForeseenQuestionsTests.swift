import Configuration
import Files
import Foundation
import Testing
import Workflow

extension StagesSuite {
  /// What a model cannot answer is told at its field, before anything is trained.
  @Suite struct ForeseenQuestionsTests {
    private static let levelVAE =
      "leaf: {kind: vae, emission: categorical, hidden: 3, latent: 1}, binarisation: none"
    private static let mixed =
      "leaf: {kind: mixed, of: [gaussian, {kind: vae, emission: gaussian, hidden: 3, latent: 1}]}, "
      + "binarisation: none"

    /// What `--dry-run` and `run` say; nil where both find nothing wrong beforehand.
    private func mistake(_ yaml: String, in sandbox: Sandbox) throws -> String? {
      let runner = try sandbox.runner(yaml)
      do {
        _ = try runner.preview()
        return nil
      } catch let fault as any Fault {
        #expect(fault.exitCode == .configuration)
        let again = #expect(throws: (any Error).self) { try runner.run() } as? any Fault
        #expect(again?.description == fault.description)
        let cached = try DurableFile.listTree(sandbox.path("Data/Cache"))
        #expect(!cached.contains { $0.hasSuffix("stage.json") }, "nothing ran")
        return fault.description
      }
    }

    /// `p.yaml:LINE:COLUMN` of the value behind a key that is written once.
    private func place(of key: String, in yaml: String) throws -> String {
      let start = try #require(yaml.range(of: "\(key): ")).upperBound
      let lines = yaml[..<start].split(separator: "\n", omittingEmptySubsequences: false)
      return "p.yaml:\(lines.count):\((lines.last?.count ?? 0) + 1)"
    }

    @Test(
      arguments: [
        (
          levelVAE, "inpaint, model: spn.model, data: shards, hide: [centre]", "hide",
          "hide of stage 'asked': vae (categorical) leaves have no marginal over a part of their pixels: hide whole "
            + "superpixels"
        ),
        (
          mixed, "inpaint, model: spn.model, data: shards, hide: [centre]", "hide",
          "hide of stage 'asked': mixed (gaussian, vae (gaussian)) leaves have no marginal over a part of their pixels: hide whole "
            + "superpixels"
        ),
        (
          levelVAE, "evaluate, model: spn.model, data: shards, hide: 'random:0.5'", "hide",
          "hide of stage 'asked': vae (categorical) leaves have no marginal over a part of their pixels: hide whole "
            + "superpixels"
        ),
        (
          levelVAE, "evaluate, model: spn.model, data: shards, likelihood: ['quadrature:7']",
          "likelihood",
          "likelihood of stage 'asked': likelihood 'quadrature:7' is for vae leaves of binary pixels alone; "
            + "this model's leaves are vae (categorical) over 256 levels: ask for elbo, elbo-analytic or iwae:S"
        ),
        (
          mixed,
          "evaluate-epochs, checkpoints: spn.checkpoints, data: shards, likelihood: 'quadrature:7'",
          "likelihood",
          "likelihood of stage 'asked': likelihood 'quadrature:7' is for vae leaves of binary pixels alone; "
            + "this model's leaves are mixed (gaussian, vae (gaussian)) over 256 levels: ask for elbo, elbo-analytic or iwae:S"
        ),
        (
          "leaf: {kind: mixed, of: [gaussian, gaussian]}, binarisation: none",
          "evaluate, model: spn.model, data: shards, likelihood: ['iwae:5']", "likelihood",
          "likelihood of stage 'asked': likelihood 'iwae:5' is for vae leaves; this model has mixed (gaussian, gaussian) leaves, "
            + "whose number is exact already: leave it out"
        ),
        (
          levelVAE, "convert, model: spn.model, data: shards", "model",
          "model of stage 'asked': this model's leaves are vae (categorical) over 256 levels; convert is for "
            + "vae leaves of binary pixels alone (a pipeline trains mixture leaves from the start by leaf: "
            + "{kind: mixture})"
        ),
      ])
    func questionsThatTheModelCannotAnswer(
      train: String, asked: String, key: String, message: String
    ) throws {
      let yaml = GreyFolder.yaml(train: train, extra: "  asked: {kind: \(asked)}")
      let sandbox = try GreyFolder.sandbox()
      #expect(
        try mistake(yaml, in: sandbox) == "\(place(of: key, in: yaml)): \(message)")
    }

    /// The same questions of models that can answer them.
    @Test(
      arguments: [
        (levelVAE, "inpaint, model: spn.model, data: shards, hide: ['superpixels:1', left]"),
        (levelVAE, "evaluate, model: spn.model, data: shards, likelihood: ['iwae:2'], hide: left"),
        (mixed, "evaluate, model: spn.model, data: shards, likelihood: [elbo]"),
        (mixed, "anomaly, model: spn.model, data: shards, others: shards"),
        (levelVAE, "anomaly, model: spn.model, data: shards, others: shards"),
        (
          "leaf: {kind: vae, hidden: 3, latent: 1}, binarisation: threshold",
          "inpaint, model: spn.model, data: shards, hide: [centre]"
        ),
      ])
    func questionsThatItCanAnswer(train: String, asked: String) throws {
      let yaml = GreyFolder.yaml(train: train, extra: "  asked: {kind: \(asked)}")
      let sandbox = try GreyFolder.sandbox()
      #expect(try mistake(yaml, in: sandbox) == nil)
      try sandbox.run(yaml)
    }

    @Test(
      arguments: [
        (
          "{kind: mixed, of: [gaussian, gaussian], units: [3, 1]}",
          "a mixed leaf of 4 units in regions of 2: expected units: 4"
        ),
        (
          "{kind: mixed, of: [gaussian, categorical]}",
          "families that cannot be compared: all must describe as many levels, by probabilities or all by "
            + "densities"
        ),
        (
          "{kind: product, region: [8, 8], cell: [4, 4], of: gaussian}",
          "a product leaf for 8 x 8 pixels over a region of 16: its superpixel must be the whole image"
        ),
      ])
    func leavesThatDoNotFitTheirRegions(leaf: String, message: String) throws {
      let yaml = GreyFolder.yaml(train: "leaf: \(leaf), binarisation: none")
      let found = try #require(try mistake(yaml, in: GreyFolder.sandbox()))
      #expect(found.hasPrefix(try place(of: "leaf", in: yaml) + ": leaf of stage 'spn': "))
      #expect(found.hasSuffix(message), "\(found)")
    }

    /// A missing part that a leaf cannot leave out.
    @Test func dataWithHolesInsideALeaf() throws {
      let yaml = GreyFolder.yaml(train: Self.levelVAE + ", missing: centre")
      let found = try mistake(yaml, in: GreyFolder.sandbox())
      let place = try place(of: "missing", in: yaml)
      #expect(
        found
          == "\(place): missing of stage 'spn': vae (categorical) leaves have no marginal over a part of their "
          + "pixels: hide whole superpixels")
    }

    /// One mistake, one line: what stands in for a leaf that was not understood is not spoken of.
    @Test(
      arguments: [
        (
          "{kind: vae, emission: categorial}",
          "did you mean 'categorical'?"
        ),
        (
          "{kind: mixed, of: []}",
          "of of leaf of stage 'spn': expected at least one leaf, found an empty list"
        ),
        (
          "{kind: mixed, of: [gausian, {kind: vae, emission: gaussian}], units: [1, 1]}",
          "did you mean 'gaussian'?"
        ),
        ("{kind: product, region: [4, 4], cell: [2, 2], of: gausian}", "did you mean 'gaussian'?"),
      ])
    func oneMistakeInALeafIsOneLine(leaf: String, message: String) throws {
      let sandbox = try GreyFolder.sandbox()
      let yaml = GreyFolder.yaml(train: "leaf: \(leaf), binarisation: none")
      let fault = #expect(throws: ConfigurationFault.self) { try sandbox.pipeline(yaml) }
      #expect(fault?.diagnostics.count == 1, "\(fault?.description ?? "")")
      #expect(fault?.description.hasSuffix(message) == true, "\(fault?.description ?? "")")
    }
  }
}
