import Testing

@Suite struct QuadratureErrorTests {
  /// Mean |error| a leaf of at most 0.05 nats with 7 nodes a latent and 0.01 with 15, and no leaf on
  /// the wrong hill: untrained, trained, and trained for long.
  @Test(arguments: [0, 3, 12])
  func digitsAreNearTheGrid(epochs: Int) throws {
    let leaves = try DigitLeaves(epochs: epochs)
    let errors = leaves.errors(nodes: [7, 15], stride: 20, images: 24)
    for (errors, (mean, largest)) in zip(errors, [(0.05, 0.5), (0.01, 0.3)]) {
      #expect(errors.count == 5 * 24)
      let found = errors.reduce(0) { $0 + abs($1) } / Double(errors.count)
      #expect(found <= mean)
      #expect((errors.map { abs($0) }.max() ?? 0) <= largest)
    }
  }
}
