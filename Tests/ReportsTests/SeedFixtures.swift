import Foundation
import Reports

/// Made-up runs that look like real ones: a steep beginning, a plateau, and some unrest.
func madeUpRun(
  seed: Int, best: Double, start: Double = -210, speed: Double = 0.35, unrest: Double = 0.4,
  epochs: Int = 15, secondsPerEpoch: Double? = nil
) -> [LineChart.Point] {
  (1...epochs).map { epoch in
    let wobble = sin(Double(epoch * (seed + 3)) * 1.7 + Double(seed)) * unrest
    let level = best + Double(seed) * 0.5 * unrest
    let y = level + (start - level) * pow(Double(epoch), -1 / speed) + wobble
    let x = secondsPerEpoch.map { Double(epoch) * $0 * (1 + 0.03 * Double(seed)) }
    return LineChart.Point(x: x ?? Double(epoch), y: y)
  }
}

private func model(
  _ name: String, _ kind: String, best: Double, speed: Double, secondsPerEpoch: Double?
) -> SeedCurves.Model {
  SeedCurves.Model(
    name: name,
    runs: (1...5).map { seed in
      SeedCurves.Run(
        name: "seed \(seed)",
        points: madeUpRun(
          seed: seed, best: best, speed: speed, secondsPerEpoch: secondsPerEpoch))
    }, kind: kind)
}

/// Six models with long names and five seeds each; the fourth falls far down again and again, of
/// the second two runs diverge.
func sampleSeeds(inSeconds: Bool = false, kinds: [String] = ["exact"]) -> SeedCurves {
  let made = [
    ("vanilla SPN", -103.0, 0.5, 3.0), ("SPN with VAE leaves", -99.5, 0.6, 9),
    ("vanilla VAE", -106, 0.7, 14), ("matched VAE of 89,806 parameters", -112, 0.8, 2),
    ("mixture of Bernoullis", -125, 0.4, 1), ("Einsum network", -104.2, 0.45, 7),
  ]
  var models = made.enumerated().map { index, made in
    model(
      made.0, kinds[index % kinds.count], best: made.1, speed: made.2,
      secondsPerEpoch: inSeconds ? made.3 : nil)
  }
  for seed in [1, 3] {
    models[1].runs[seed].points.removeLast(12 - seed)
    models[1].runs[seed].ending = "diverged in epoch \(4 + seed)"
  }
  for seed in models[3].runs.indices {
    for epoch in stride(from: 3 + seed, to: 15, by: 4) {
      models[3].runs[seed].points[epoch].y = -400 - 150 * Double(seed)
    }
  }
  return SeedCurves(
    title: "How the models learn: MNIST, 5 seeds", xLabel: inSeconds ? "seconds" : "epoch",
    yLabel: "mean test log-likelihood, nats per image", models: models)
}

/// Six models, five seeds, from 100 to 55,000 images; the third learns little by heart, the sixth
/// nearly everything, and two of its runs are lost.
let sampleEfficiency = EfficiencyChart(
  title: "Learning from few images",
  models: sampleSeeds().models.enumerated().map { index, model in
    EfficiencyChart.Model(
      name: model.name,
      runs: [100, 300, 1_000, 3_000, 10_000, 55_000].flatMap { images in
        (1...5).map { seed in
          let best = [-103.0, -99.5, -106, -112, -125, -104.2][index]
          let gap = Double([60, 90, 20, 40, 10, 160][index]) * pow(Double(images) / 100, -0.6)
          let wobble = sin(Double(seed * images + index)) * gap * 0.12
          let isLost = index == 5 && images == 100 && seed < 3
          return EfficiencyChart.Run(
            images: images, training: best + gap * 0.3,
            test: isLost ? -2_000 * Double(seed) : best - gap * 0.7 + wobble)
        }
      }, kind: model.kind)
  })

/// Sums and products of a dense Poon-Domingos network with two units a region, over side*side
/// cells.
private func denseNodes(_ side: Int) -> Int {
  let rectangles = side * (side + 1) * side * (side + 1)
  return 2 * (rectangles / 4 - side * side) + 4 * rectangles * (2 * side - 2) / 12
}

let sampleNodes = NodesChart(
  title: "Nodes against image size",
  series: [
    NodesChart.Series(
      name: "dense over pixels",
      formula: stride(from: 4, through: 256, by: 4).map { ($0, denseNodes($0)) },
      counted: [4, 8, 12, 16, 20, 28].map { ($0, denseNodes($0)) }),
    NodesChart.Series(
      name: "dense over superpixels of 4\u{D7}4",
      formula: stride(from: 8, through: 256, by: 4).map { ($0, denseNodes($0 / 4)) },
      counted: [8, 16, 28, 56].map { ($0, denseNodes($0 / 4)) }),
  ])

private func bell(_ x: Double, _ mean: Double, _ deviation: Double) -> Double {
  exp(-pow((x - mean) / deviation, 2) / 2) / deviation / (2 * Double.pi).squareRoot()
}

let greyLevels = (0..<256).map { (Double($0) + 0.5) / 256 }

let sampleDensity: DensityLine = {
  let parts = [(0.3, 0.2, 0.06), (0.5, 0.45, 0.12), (0.2, 0.8, 0.05)]
  let components = parts.map { part in
    greyLevels.map { part.0 * bell($0, part.1, part.2) }
  }
  return DensityLine(
    title: "A sum: mixture of Gaussians", xLabel: "grey value of the pixel",
    x: greyLevels,
    components: components.enumerated().map {
      ("\(parts[$0.offset].0) N\($0.offset + 1)", $0.element)
    },
    total: greyLevels.indices.map { index in components.reduce(0) { $0 + $1[index] } })
}()

/// One product of two Gaussians, or several.
func sampleMap(parts: [(weight: Double, x: Double, y: Double, deviation: Double)]) -> DensityMap {
  DensityMap(
    title: parts.count == 1 ? "A product: independent" : "A sum of products",
    xLabel: "x\u{2081}", yLabel: "x\u{2082}", x: greyLevels, y: greyLevels,
    values: greyLevels.map { y in
      greyLevels.map { x in
        parts.reduce(0) {
          $0 + $1.weight * bell(x, $1.x, $1.deviation) * bell(y, $1.y, $1.deviation * 1.6)
        }
      }
    })
}

let sampleProduct = sampleMap(parts: [(1, 0.4, 0.6, 0.1)])
let sampleComposition = sampleMap(parts: [
  (0.3, 0.25, 0.3, 0.05), (0.3, 0.7, 0.25, 0.08), (0.25, 0.6, 0.75, 0.1), (0.15, 0.2, 0.8, 0.04),
])
