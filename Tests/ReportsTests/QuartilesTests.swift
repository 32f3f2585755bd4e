import Reports
import Testing

// Literals of this kind in arrays take the compiler a second each.
private let least = -Double.infinity

@Suite struct QuartilesTests {
  private func triple(_ values: [Double]) -> [Double]? {
    Quartiles(values).map { [$0.lower, $0.median, $0.upper] }
  }

  /// As R's `quantile(x, type = 7)` gives them.
  @Test func quartilesAreInterpolatedByTypeSeven() {
    #expect(triple([7]) == [7, 7, 7])
    #expect(triple([2, 1]) == [1.25, 1.5, 1.75])
    #expect(triple([3, 1, 2]) == [1.5, 2, 2.5])
    #expect(triple([4, 1, 3, 2]) == [1.75, 2.5, 3.25])
    #expect(triple([10, 30, 50, 20, 40]) == [20, 30, 40])
    #expect(triple([1, 2, 4, 8, 16, 32]) == [2.5, 6, 14])
  }

  @Test func orderDoesNotMatter() {
    let values = (0..<17).map { Double($0 * 7 % 17) * 0.37 - 3 }
    #expect(Quartiles(values) == Quartiles(values.sorted()))
    #expect(Quartiles(values) == Quartiles(values.reversed()))
  }

  @Test func nanIsCountedApart() {
    #expect(Quartiles([.nan, 1, .nan, 3, 2])?.nanCount == 2)
    #expect(Quartiles([.nan, 1, .nan, 3, 2])?.count == 3)
    #expect(triple([.nan, 1, .nan, 3, 2]) == triple([1, 2, 3]))
    #expect(Quartiles([.nan, .nan]) == nil)
    #expect(Quartiles([]) == nil)
  }

  @Test func minusInfinityIsTheLowest() {
    #expect(triple([-100, least, -110, -105, -120]) == [-120, -110, -105])
    #expect(triple([-100, least, -110, least, -120]) == [least, -120, -110])
    #expect(triple([least, least]) == [least, least, least])
    // Between -inf and a number lies -inf, never NaN.
    #expect(triple([least, -1]) == [least, least, least])
    #expect(triple([least, .infinity]) == [least, least, least])
    #expect(triple([1, 1, .infinity]) == [1, 1, .infinity])
  }

  @Test func largeValuesDoNotOverflow() {
    #expect(triple([-1.5e308, 1.5e308])?.allSatisfy(\.isFinite) == true)
    #expect(triple([1e308, 1.2e308])?.allSatisfy(\.isFinite) == true)
  }
}
