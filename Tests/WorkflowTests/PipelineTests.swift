import Configuration
import Files
import Testing
import Workflow

struct PipelineTests {
  @Test func theOrderIsThatOfNeedsThenOfTheFile() throws {
    let pipeline = try Sandbox().pipeline(
      """
      name: p
      stages:
        last: {kind: join, from: [b, a.text]}
        b: {kind: repeat, from: words}
        a: {kind: repeat, from: words.text}
        other: {kind: ingest, dataset: toy}
        words: {kind: ingest, dataset: toy}
      """)
    #expect(pipeline.stages.map(\.name) == ["other", "words", "b", "a", "last"])
    #expect(pipeline.seed == 1)
  }

  @Test func everyMistakeAtOnce() throws {
    let sandbox = try Sandbox()
    let lines = faultLines {
      _ = try sandbox.pipeline(
        """
        name: my pipeline
        sed: 2
        stages:
          words: {kind: ingst, dataset: toy}
          wrds: {kind: ingest, dataset: toy, epochs: 1}
          a: {kind: repeat, from: word}
          b: {kind: repeat, from: words}
          c: {kind: spread, from: wrds.txt, parts: 0}
          d: {kind: spread, from: a.total, parts: 1}
          e: {kind: spread, from: f, parts: 1}
          f: {kind: spread, from: wrds, parts: 1}
          g: {kind: repeat}
          h: {kind: repeat, from: [wrds, wrds]}
          i: {times: 3}
          j: {kind: join, from: wrds, totals: {x: a, y: wrds}}
          k/l: {kind: ingest, dataset: x/../toy}
          m: 3
        """)
    }
    #expect(
      lines == [
        "p.yaml:1:7: 'my pipeline' cannot name a pipeline: expected at most 100 letters, digits, "
          + "'-' and '_', not beginning with '-'",
        "p.yaml:2:1: unknown key 'sed' in the pipeline; did you mean 'seed'?",
        "p.yaml:4:17: unknown kind 'ingst' of stage 'words'; did you mean 'ingest'?",
        "p.yaml:5:38: unknown key 'epochs' in stage 'wrds' (known: kind, dataset)",
        "p.yaml:6:27: unknown stage 'word', for 'from' of stage 'a'; did you mean 'words'?",
        "p.yaml:8:27: stage 'wrds' has no output 'txt' (it makes wrds.text (text)), for 'from' of "
          + "stage 'c'; did you mean 'wrds.text'?",
        "p.yaml:8:44: expected an integer from 1 to 100 for 'parts' in stage 'c', found '0'",
        "p.yaml:9:27: expected type text, but 'a.total' is of type total, for 'from' of stage 'd'",
        "p.yaml:10:27: expected type text, but 'f' makes f.parts (folder), for 'from' of stage 'e'",
        "p.yaml:12:6: missing key 'from' in stage 'g': expected an artifact of type text (there is "
          + "wrds.text, a.text, b.text, g.text, h.text, j.text, k/l.text)",
        "p.yaml:13:27: from of stage 'h': expected one text, found a list of 2",
        "p.yaml:14:6: missing key 'kind' in stage 'i': expected a text",
        "p.yaml:15:49: expected type total, but 'wrds' makes wrds.text (text), for 'totals.y' of "
          + "stage 'j'",
        "p.yaml:16:3: 'k/l' cannot name a stage: expected at most 100 letters, digits, '-' and "
          + "'_', not beginning with '-'",
        "p.yaml:16:8: 'x/../toy' is no name of a data set: expected a folder below "
          + "\(sandbox.path("Data")) or \(sandbox.path("Other")), or a path (/..., ./..., ../...)",
        "p.yaml:17:6: expected a mapping for stage 'm', found '3'",
      ])
  }

  @Test func cyclesAreNamed() throws {
    let sandbox = try Sandbox()
    let lines = faultLines {
      _ = try sandbox.pipeline(
        """
        name: p
        stages:
          after: {kind: repeat, from: c}
          a: {kind: repeat, from: c}
          b: {kind: repeat, from: a}
          c: {kind: join, from: [b, words]}
          words: {kind: ingest, dataset: toy}
        """)
    }
    #expect(
      lines == ["p.yaml:4:3: stages need each other's results in a cycle: a -> c -> b -> a"])
    let own = faultLines {
      _ = try sandbox.pipeline("name: p\nstages: {a: {kind: repeat, from: a}}\n")
    }
    #expect(
      own == ["p.yaml:2:10: stages need each other's results in a cycle: a -> a"])
  }

  @Test(arguments: [
    ("name: p\nstages: {}\n", "p.yaml:2:9: stages of the pipeline: no stage is given"),
    ("name: p\n", "p.yaml:1:1: missing key 'stages' in the pipeline: expected a mapping"),
    (
      "name: p\nstages: [1]\n",
      "p.yaml:2:9: expected a mapping for 'stages' in the pipeline, found a list of 1"
    ),
    (
      "name: p\nstages: {a: {kind: ingest, dataset: toy}, a: {kind: ingest, dataset: toy}}\n",
      "p.yaml:2:10: duplicate key 'a': given more than once in the same mapping"
    ),
    ("[1]\n", "p.yaml:1:1: expected a mapping for the pipeline, found a list of 1"),
  ])
  func pipelinesThatAreNone(yaml: String, line: String) throws {
    let sandbox = try Sandbox()
    let fault = #expect(throws: ConfigurationFault.self) { try sandbox.pipeline(yaml) }
    let lines = fault?.description.split(separator: "\n").map(String.init) ?? []
    #expect(lines.contains(line), "got \(lines)")
  }

  @Test func missingDataIsToldAfterMistakes() throws {
    let sandbox = try Sandbox()
    let yaml = "name: p\nstages:\n  w: {kind: ingest, dataset: mnist}\n"
    let fault = #expect(throws: MissingData.self) { try sandbox.pipeline(yaml) }
    #expect(fault?.exitCode == .noInput)
    let text = fault?.description ?? ""
    for part in ["'mnist'", sandbox.path("Data"), sandbox.path("Other"), "TESSERA_DATA"] {
      #expect(text.contains(part))
    }
    #expect(throws: ConfigurationFault.self) { try sandbox.pipeline(yaml + "  x: {kind: nix}\n") }
    try DurableFile.createFolder(sandbox.path("Other/mnist"))
    let file = #expect(throws: MissingData.self) { try sandbox.pipeline(yaml) }
    #expect(file?.description == "\(sandbox.path("Other/mnist")): no file 'words'")
    try DurableFile.write(text: "x", to: sandbox.path("Other/mnist/words.gz"))
    #expect(try sandbox.pipeline(yaml).stages[0].rawFiles.map(\.name) == ["words.gz"])
  }

  @Test func theEnvironmentNamesMorePlaces() {
    #expect(DatasetLookup(environment: [:]).folders == ["Data"])
    #expect(DatasetLookup(environment: ["TESSERA_DATA": "/d"]).folders == ["Data", "/d"])
  }

  @Test func overridesReachStages() throws {
    let sandbox = try Sandbox()
    let document = try Document(text: chain, file: "p.yaml")
      .applying([Override("stages.twice.times=5")])
    let pipeline = try Pipeline(
      document, catalogue: toys, data: DatasetLookup(folders: [sandbox.path("Data")]))
    #expect(pipeline.stages[1].resolved["times"] == .integer(5))
    #expect(pipeline.stages[1].resolved["seed"] == .integer(1))
  }
}
