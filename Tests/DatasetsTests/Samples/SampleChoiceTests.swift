import Datasets
import Testing

/// Which of a part's images are taken where not all are wanted.
@Suite struct SampleChoiceTests {
  /// Sorted by class, as folders are.
  private func labels(_ sizes: [Int]) -> [Int32] {
    sizes.enumerated().flatMap { Array(repeating: Int32($0), count: $1) }
  }

  @Test(arguments: [[20, 20, 20, 20], [50, 5, 200, 45], [1, 1, 300], [100]])
  func everyClassHasItsShare(sizes: [Int]) {
    let labels = labels(sizes)
    for seed in 1...3 {
      for count in 0...labels.count {
        let choice = SampleChoice(count, of: labels.count, labels: labels, seed: seed)
        #expect(choice.count == count && Set(choice.samples).count == count)
        for (label, size) in sizes.enumerated() {
          let found = Double(choice.samples.count { labels[Int($0)] == Int32(label) })
          let share = Double(count * size) / Double(labels.count)
          // Places of one class are 1 / size apart, and begin half of that from 0.
          let bound = 0.5 + Double(sizes.count * size) / Double(2 * labels.count) + 0.5
          #expect(abs(found - share) <= bound + 1e-9, "\(count) of \(sizes), class \(label)")
        }
      }
    }
  }

  /// As many as there are classes of about one size: one of each.
  @Test func aFewAreOneOfEachClass() {
    let sizes = (0..<135).map { 20 + $0 % 3 }
    let labels = labels(sizes)
    for seed in 1...5 {
      let choice = SampleChoice(135, of: labels.count, labels: labels, seed: seed)
      #expect(Set(choice.samples.map { labels[Int($0)] }).count == 135)
      #expect(choice.classes == 135 && choice.allClasses == 135)
      #expect(choice.words.hasSuffix("stratified by class (135 of 135 classes)"))
    }
    #expect(SampleChoice(400, of: labels.count, labels: labels).classes == 135)
  }

  @Test func fewerAreSomeOfMore() {
    let labels = labels([30, 10, 60])
    var before: Set<Int32> = []
    for count in 0...100 {
      let choice = SampleChoice(count, of: 100, labels: labels, seed: 7)
      #expect(choice == SampleChoice(count, of: 100, labels: labels, seed: 7))
      #expect(choice.samples == choice.samples.sorted())
      #expect(before.isSubset(of: choice.samples))
      before = Set(choice.samples)
    }
  }

  @Test func allAreInStoredOrder() {
    for count in [5, 6, Int.max] {
      let choice = SampleChoice(count, of: 5, labels: [3, 1, 3, 0, 1])
      #expect(choice.samples == [0, 1, 2, 3, 4] && choice.isWhole)
      #expect(choice.words == "all 5 images")
    }
  }

  /// Without labels and within a class every image is as likely: over many seeds no image is preferred.
  @Test(arguments: [true, false]) func seedsChooseEvenly(withLabels: Bool) {
    let labels = withLabels ? labels([25, 25]) : [Int32](repeating: -1, count: 50)
    var counts = [Int](repeating: 0, count: 50)
    for seed in 0..<2_000 {
      let choice = SampleChoice(10, of: 50, labels: labels, seed: seed)
      #expect(choice.allClasses == (withLabels ? 2 : 0))
      for image in choice.samples { counts[Int(image)] += 1 }
    }
    // 400 each, with a standard deviation of at most sqrt(2000 * 0.2 * 0.8) = 18.
    #expect(counts.allSatisfy { abs($0 - 400) < 90 }, "\(counts)")
    #expect(
      SampleChoice(10, of: 50, seed: 1).words == "10 of 50 images, chosen by seed 1")
  }
}
