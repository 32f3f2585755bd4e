import Testing

extension CommandSuite {
  /// Names and paths without a character: mostly a variable of the shell that is not set.
  @Suite struct EmptyWordsTests {
    @Test(arguments: [
      ["run", "p.yaml", "--cache", ""], ["run", "p.yaml", "--output", ""],
      ["run", "p.yaml", "--cache="], ["run", ""], ["ingest", "Data/toy", "--output", ""],
      ["ingest", "", "--output", "x"], ["inspect", ""], ["certify", ""],
      ["evaluate", "--model", "", "--images", "Data/toy"],
      ["sample", "--model=", "--output", "x.png"],
    ])
    func emptyArgumentsAreRefused(arguments: [String]) throws {
      let sandbox = try Sandbox()
      try sandbox.write("p.yaml", Pipelines.training())
      let before = try sandbox.hashes(".")
      let ended = try Child(arguments, in: sandbox).wait()
      #expect(ended.status == 64, "\(ended.errors)")
      #expect(ended.errors.contains("expected a value, found an empty one"), "\(ended.errors)")
      let after = try sandbox.hashes(".").filter { !$0.key.hasPrefix(".logs") }
      #expect(after == before, "nothing is written")
    }

    /// An empty value of a field is one: it takes the field away.
    @Test func anEmptyOverrideIsAValue() throws {
      let sandbox = try Sandbox()
      try sandbox.write("p.yaml", Pipelines.training())
      let ended = try Tessera.run(
        "run", "p.yaml", "--dry-run", "--set=seed=", "--set", "seeds=[1, 2]", in: sandbox)
      #expect(ended.status == 0, "\(ended.errors)")
    }

    @Test(arguments: [
      ("m: {kind: load-model, file: \"\"}", "file"),
      ("d: {kind: ingest, source: {kind: idx, dataset: \"\"}}", "dataset"),
      ("d: {kind: ingest, source: {kind: idx, dataset: toy, trainImages: \"\"}}", "trainImages"),
      ("d: {kind: ingest, source: {kind: hdf5, dataset: toy, file: \"\"}}", "file"),
      ("d: {kind: \"\"}", "kind"),
    ])
    func emptyFieldsAreRefusedAtTheirPlace(stage: String, key: String) throws {
      let sandbox = try Sandbox()
      try sandbox.write("p.yaml", "name: empty\nstages:\n  \(stage)\n")
      let ended = try Tessera.run("run", "p.yaml", "--dry-run", in: sandbox)
      #expect(ended.status == 78, "\(ended.errors)")
      #expect(ended.errorLines.count == 1, "\(ended.errors)")
      #expect(
        ended.errors.contains("p.yaml:3:") && ended.errors.contains("expected a text for '\(key)'")
          && ended.errors.contains("found ''"), "\(ended.errors)")
    }

    @Test func aPipelineHasAName() throws {
      let sandbox = try Sandbox()
      try sandbox.write("p.yaml", Pipelines.training().replacing("name: tiny", with: "name: ''"))
      let ended = try Tessera.run("run", "p.yaml", "--dry-run", in: sandbox)
      #expect(ended.status == 78, "\(ended.errors)")
      #expect(ended.errors.contains("p.yaml:1:7: expected a text for 'name'"), "\(ended.errors)")
    }
  }
}
