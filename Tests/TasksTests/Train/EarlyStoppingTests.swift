import Models
import Tasks
import Testing

@Suite struct EarlyStoppingTests {
  private func last(
    _ validations: [Double], patience: Int, minimumImprovement: Double = 0
  ) -> Int? {
    EarlyStopping(patience: patience, minimumImprovement: minimumImprovement).lastImprovement(
      endedBy: validations.enumerated().map {
        EpochRecord(
          epoch: $0.offset + 1, train: -1, validation: $0.element, validationStandardError: 0.1)
      })
  }

  @Test func itWaitsForItsEpochs() {
    #expect(last([], patience: 1) == nil)
    #expect(last([-5], patience: 1) == nil)
    #expect(last([-5, -5], patience: 1) == 1)
    #expect(last([-5, -4, -4.5], patience: 2) == nil)
    #expect(last([-5, -4, -4.5, -4], patience: 2) == 2)
    #expect(last([-5, -4, -4.5, -3.9], patience: 2) == nil)
  }

  /// What is too little does not count, however often: small steps add up to one.
  @Test func onlyWhatIsMoreCounts() {
    #expect(last([-5, -4.8, -4.6], patience: 2, minimumImprovement: 0.5) == 1)
    #expect(last([-5, -4.8, -4.4], patience: 2, minimumImprovement: 0.5) == nil)
    #expect(last([-5, -4.5, -4.5], patience: 2, minimumImprovement: 0.5) == 1, "exactly that")
  }
}
