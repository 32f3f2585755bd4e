import Files
import Tasks
import Workflow

/// Four data sets and, for each, a pipeline with every kind of stage, so that each artifact of one can be given to
/// each stage of another.
enum MixedSets {
  /// By the first letter of its stages' names.
  static let sources = [
    // 8 x 8, grey.
    "a": "{kind: idx, dataset: toy}",
    // Another set of as many images of the same size.
    "b": "{kind: idx, dataset: twin}",
    "c": "{kind: idx, dataset: small}",
    "d": "{kind: png-folder, dataset: colour, test: {folder: test}}",
  ]
  static let superpixels = ["a": "[4, 4]", "b": "[4, 4]", "c": "[3, 3]", "d": "[4, 4]"]

  static func sandbox() throws -> Sandbox {
    let sandbox = try Sandbox()
    try ToyData(seed: 7).write(to: sandbox.path("Data/twin"))
    try ToyData(height: 6, width: 6).write(to: sandbox.path("Data/small"))
    for image in 0..<80 {
      let folder = sandbox.path("Data/colour/\(image < 60 ? "train" : "test")")
      try DurableFile.createFolder(folder)
      let pixels = (0..<192).map { UInt8(($0 * 37 + image * 11) % 256) }
      try PNGFile.write(
        pixels: pixels, width: 8, height: 8, channels: 3, to: joinPath(folder, "\(image).png"))
    }
    return sandbox
  }

  /// The stages of one set, by name.
  static func stages(_ set: String) -> [String: String] {
    var stages: [String: String] = [:]
    for line in template.split(separator: "\n") {
      let parts = line.replacing("@", with: set + "-").split(separator: ":", maxSplits: 1)
      stages[parts[0].trimmingPrefix { $0 == " " }.description] = String(parts[1])
        .replacing("SOURCE", with: sources[set] ?? "")
        .replacing("CELL", with: superpixels[set] ?? "")
        .replacing("WHOLE", with: set == "c" ? "[6, 6]" : "[8, 8]")
    }
    return stages
  }

  /// A pipeline of some stages and all that they read.
  static func yaml(_ stages: [String: String], of names: [String]) -> String {
    var needed: [String] = []
    var open = names
    while let name = open.popLast() {
      if needed.contains(name) { continue }
      needed.append(name)
      open += references(in: stages[name] ?? "").map(\.stage)
    }
    return "name: mixed\nseed: 1\nstages:\n"
      + needed.sorted().map { "  \($0):\(stages[$0] ?? "")\n" }.joined()
  }

  /// The artifacts that a stage's fields name, and where.
  static func references(
    in text: String
  ) -> [(range: Range<String.Index>, stage: String, port: String?)] {
    text.matches(of: #/\b([abcd]-[a-z]+)(?:\.([a-zA-Z]+))?/#).map {
      ($0.range, String($0.1), $0.2.map(String.init))
    }
  }

  /// Every kind of stage; `@` stands for the set.
  private static let template = """
    @images: {kind: ingest, source: SOURCE}
    @cells: {kind: partition, images: @images, superpixel: CELL}
    @whole: {kind: partition, images: @images, superpixel: WHOLE}
    @parts: {kind: split, images: @images, validation: 10}
    @shards: {kind: shards, images: @images, partition: @cells, split: @parts}
    @spn: {kind: train, data: @shards, epochs: 1, batch: 16, units: 2}
    @information: {kind: mutual-information, data: @shards}
    @tree: {kind: train, data: @shards, statistics: @information, structure: chow-liu, products: elementwise, epochs: 1, batch: 16, units: 2}
    @onward: {kind: train, data: @shards, statistics: @information, start: @tree.model, structure: chow-liu, products: elementwise, epochs: 1, batch: 16, units: 2}
    @ensemble: {kind: ensemble, models: [@tree.model, @onward.model], data: @shards}
    @vae: {kind: train, data: @shards, epochs: 1, partition: @whole, units: 1, batch: 16, leaf: {kind: vae, hidden: 3}}
    @loaded: {kind: load-model, file: model.h5}
    @epochs: {kind: evaluate-epochs, checkpoints: @spn.checkpoints, data: @shards}
    @averaged: {kind: average, checkpoints: @spn.checkpoints, data: @shards}
    @metrics: {kind: evaluate, model: @spn.model, data: @shards}
    @learned: {kind: evaluate, model: @spn.model, data: @shards, part: train}
    @questions: {kind: questions, model: @spn.model, data: @shards, curve: @spn.curve, images: 4, repetitions: 1}
    @certificate: {kind: certify, model: @spn.model, samples: 100}
    @converted: {kind: convert, model: @vae.model, data: @shards, nodes: 4}
    @inpainted: {kind: inpaint, model: @spn.model, data: @shards, rows: 2, draws: 1}
    @anomalies: {kind: anomaly, model: @spn.model, data: @shards, others: @shards, shown: 2, columns: 2}
    @baselines: {kind: completion-baselines, data: @shards, components: [1]}
    @samples: {kind: sample, model: @spn.model, data: @shards, count: 4}
    @pictures: {kind: images, data: @shards, count: 4}
    @rebuilt: {kind: reconstruct, model: @vae.model, data: @shards, count: 4, columns: 2}
    @film: {kind: film-strip, checkpoints: @spn.checkpoints, count: 2}
    @curve: {kind: curve, curve: @spn.curve}
    @curves: {kind: curves, runs: {one: @epochs}}
    @seconds: {kind: curves-by-second, runs: {one: @epochs}, trained: {one: @spn.curve}}
    @blocks: {kind: building-blocks}
    @cuts: {kind: cuts, dense: [2, 3], superpixels: [2, 2]}
    @nodes: {kind: nodes, largest: 24, largestDense: 12}
    @comparison: {kind: compare, metrics: {one: @metrics}}
    @answers: {kind: answers, questions: {one: @questions}}
    @claims: {kind: claims, data: @shards, runs: {one: @epochs}, trained: {one: @spn.curve}, values: [-40], notStuck: [one]}
    @sets: {kind: likelihood-histogram, sets: {one: @metrics}}
    @poster: {kind: poster, data: toy, buildingBlocks: [@blocks.mixture, @blocks.product, @blocks.composition], network: @blocks.network, cuts: [@cuts.dense, @cuts.superpixels], nodes: @nodes, models: {one: @spn.model}, curves: @curves, bySecond: @seconds, samples: {one: @samples}, reconstructions: {one: @rebuilt}, comparison: @comparison.comparison, questions: {one: @questions}, claims: @claims}
    @efficiency: {kind: efficiency, test: {one: @metrics}, train: {one: @learned}}
    @parameters: {kind: likelihood-by-parameters, metrics: {one: @metrics}}
    @cheap: {kind: likelihood-by-second, metrics: {one: @metrics}, trained: {one: @spn.curve}}
    @mass: {kind: leaf-mass, models: {one: @spn.model}, regions: 1}
    @errors: {kind: marginal-error, models: {one: @spn.model}, data: @shards, regions: 1}
    @draws: {kind: conditional-frequencies, models: {one: @spn.model}, data: @shards, regions: 1, images: 2, draws: 100}
    @cost: {kind: marginal-cost, sides: [4, 8], images: 4, repetitions: 1, models: [{name: one, superpixel: [2, 2]}]}
    @sampled: {kind: monte-carlo, model: @spn.model, data: @shards, hidden: [4], samples: [10], images: 2, repetitions: 1}
    @completed: {kind: inpainting-error, models: {one: @spn.model}, data: @shards, iterations: 2}
    """
}
