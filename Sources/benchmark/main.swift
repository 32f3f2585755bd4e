import Circuits
import Kernels
import Learning

struct Blobs: TrainingSource {
  let sampleCount = 12_800
  let pixelOfPosition: [Int32]
  let pixels: AlignedBuffer<UInt8>
  init(order: [Int32]) {
    pixelOfPosition = order
    pixels = AlignedBuffer(count: sampleCount * 784)
    for i in 0..<sampleCount * 784 {
      pixels.pointer[i] = UInt8(truncatingIfNeeded: (i &* 2_654_435_761) >> 13 & 7) == 0 ? 1 : 0
    }
  }
  func order(epoch: Int) -> [Int32] { (0..<Int32(sampleCount)).map { $0 } }
  func copy(_ samples: UnsafeBufferPointer<Int32>, epoch: Int, into rows: UnsafeMutablePointer<UInt8>) {
    for (i, s) in samples.enumerated() {
      (rows + i * 784).update(from: pixels.pointer + Int(s) * 784, count: 784)
    }
  }
}
let graph = try PoonDomingos(steps: [4, 1]).regionGraph(of: Lattice(rows: 28, columns: 28))
let circuit = Circuit(graph: graph, units: 2, leaf: BernoulliLeaf(), superpixels: (0..<784).map { [Int32($0)] })
print(circuit.counts)
let source = Blobs(order: (0..<784).map { Int32($0) })
let clock = ContinuousClock()
let workers = Int(CommandLine.arguments.dropFirst().first ?? "2")!
let batch = Int(CommandLine.arguments.dropFirst(2).first ?? "128")!
let trainer = Trainer(circuit: circuit, parameters: circuit.initialParameters(seed: 1), learner: Adam(), batch: batch, workers: ForkJoin(workers: workers), pixelOfPosition: source.pixelOfPosition)
for epoch in 1...5 {
  var m = 0.0
  let t = try clock.measure { m = try trainer.runEpoch(epoch, on: source) }
  let e = clock.measure { _ = try! circuit.logLikelihoods(source, derived: trainer.derived, workers: ForkJoin(workers: workers)) }
  print(m, Double(source.sampleCount) / (Double(t.components.attoseconds) * 1e-18 + Double(t.components.seconds)), "train/s", Double(source.sampleCount) / (Double(e.components.attoseconds) * 1e-18 + Double(e.components.seconds)), "eval/s")
}
