import Models
import Tasks
import Testing

@Suite struct EpochChoiceTests {
  private func curve(_ validations: [Double]) -> [EpochRecord] {
    validations.enumerated().map {
      EpochRecord(
        epoch: $0.offset + 1, train: -1, validation: $0.element, validationStandardError: 0.1)
    }
  }

  @Test func theEarlierOfEqualsIsKept() {
    #expect(bestEpoch(curve([-5, -3, -4, -3])) == 2)
    #expect(bestEpoch(curve([-3, -3])) == 1)
    #expect(bestEpoch(curve([-5, -4, -3])) == 3)
  }

  @Test func withoutValidationThereIsNone() {
    #expect(bestEpoch(curve([.nan, .nan])) == nil)
    #expect(bestEpoch([EpochRecord]()) == nil)
  }
}
