import Configuration
import Testing
import Workflow

@Suite struct SealedJSONTests {
  private let fields: [String: ResolvedValue] = ["seconds": .real(0.1), "host": .string("a")]

  @Test func whatWasWrittenIsRead() {
    #expect(SealedJSON.fields(of: SealedJSON.text(fields)) == fields)
  }

  /// 0.1 and 0.10000000000000001 are one number.
  @Test func aTextThatMeansTheSameIsAnotherText() {
    let text = SealedJSON.text(fields)
    let changed = text.replacing("0.1", with: "0.10000000000000001")
    #expect(changed != text)
    #expect(SealedJSON.fields(of: changed) == nil)
  }
}
