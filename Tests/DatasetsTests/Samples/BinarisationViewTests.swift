import Datasets
import Testing

@Suite struct BinarisationViewTests {
  let levels = (0...255).map { UInt8($0) }

  func apply(
    _ view: BinarisationView, image: Int64 = 0, epoch: Int = 0, levels: [UInt8]? = nil
  ) -> [UInt8] {
    var output = [UInt8](repeating: 9, count: 256)
    view.apply(
      row: levels ?? self.levels, count: 256, imageIndex: image, epoch: epoch, into: &output)
    return output
  }

  @Test func halfIsSetFrom128() {
    #expect(apply(.threshold(0.5)) == levels.map { $0 >= 128 ? 1 : 0 })
  }

  @Test(arguments: [-1.0, 0, 0.1, 1.0 / 3, 100.0 / 255, 0.999, 1, 2])
  func thresholdIsExact(value: Double) {
    #expect(apply(.threshold(value)) == levels.map { Double($0) / 255 > value ? 1 : 0 })
  }

  @Test func noneKeepsGreyLevels() {
    #expect(apply(.none) == levels)
  }

  @Test(arguments: [BinarisationView.stochastic(seed: 3), .dynamic(seed: 3)])
  func probabilityIsTheGreyLevel(view: BinarisationView) {
    var ones = [Int](repeating: 0, count: 256)
    let images = 4000
    for image in 0..<images {
      for (level, bit) in apply(view, image: Int64(image)).enumerated() { ones[level] += Int(bit) }
    }
    #expect(ones[0] == 0 && ones[255] == images)
    for (level, count) in ones.enumerated() {
      let p = Double(level) / 255
      let deviation = (Double(images) * p * (1 - p)).squareRoot()
      #expect(abs(Double(count) - Double(images) * p) <= 5 * deviation, "level \(level)")
    }
  }

  @Test func whatTheDrawsDependOn() {
    let grey = [UInt8](repeating: 128, count: 256)
    func bits(_ view: BinarisationView, image: Int64 = 0, epoch: Int = 0) -> [UInt8] {
      apply(view, image: image, epoch: epoch, levels: grey)
    }
    let fixed = BinarisationView.stochastic(seed: 1)
    #expect(bits(fixed) == bits(fixed, epoch: 1))
    #expect(bits(fixed) != bits(fixed, image: 1))
    #expect(bits(fixed) != bits(.stochastic(seed: 2)))
    let dynamic = BinarisationView.dynamic(seed: 1)
    #expect(bits(dynamic) == bits(dynamic))
    #expect(bits(dynamic) != bits(dynamic, epoch: 1))
    #expect(bits(dynamic) != bits(fixed))
  }

  @Test func names() {
    #expect(BinarisationView.threshold(0.5).name == "threshold 0.5")
    #expect(BinarisationView.dynamic(seed: 1).name == "dynamic")
  }
}
