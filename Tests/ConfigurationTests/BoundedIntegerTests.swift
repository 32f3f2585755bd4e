import Configuration
import Testing

@Suite struct BoundedIntegerTests {
  @Test func whatFitsIsCutToItsWholePart() {
    for value in [-2.9, -1.0, -0.5, 0, 0.99, 254.4, 255.9] {
      #expect(Int(bounded: value) == Int(value))
      #expect(UInt8(bounded: Float(value)) == UInt8(max(value, 0)))
    }
    #expect(Int(bounded: -0x1p63) == .min)
    #expect(Int(bounded: 0x1p62) == 1 << 62)
  }

  @Test func whatDoesNotFitIsTheNearestBound() {
    #expect(Int(bounded: 0x1p63) == .max)
    #expect(Int(bounded: -1e20) == .min)
    #expect(Int32(bounded: Double.infinity) == .max)
    #expect(UInt8(bounded: Float(1e20)) == 255)
    #expect(UInt8(bounded: -Float.infinity) == 0)
    #expect(Int(bounded: Double.nan) == 0)
    #expect(UInt8(bounded: 256.0) == 255)
  }
}
