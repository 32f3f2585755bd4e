import Testing

/// Functions that a reader can hold in mind: at most six parameters, at most 60 lines.
@Suite struct FunctionSizeTests {
  static let mostParameters = 6
  static let mostLines = 60

  @Test func productCodeKeepsToThem() throws {
    let files = try SourceTree.loaded.get().files
    let found = files.map { ($0.path, DeclaredFunction.all(in: $0.code)) }
    #expect(found.reduce(0) { $0 + $1.1.count } > 1_000, "functions were recognised")
    for (path, functions) in found {
      for function in functions {
        let place = "\(path):\(function.line) \(function.name)"
        if function.parameters.count > Self.mostParameters && !function.isMemberwise {
          Issue.record("\(place) has \(function.parameters.count) parameters")
        }
        if function.lines > Self.mostLines {
          Issue.record("\(place) has \(function.lines) lines")
        }
      }
    }
  }

  /// What the test above would miss if the reading of declarations were wrong.
  @Test func declarationsAreReadRight() throws {
    let text = """
      func none() {}
      func two(_ a: [String: Int] = [1: 2, 3: 4], b body: (Int, Int) -> Void) -> Int {
        let function = a.init(x, y)
        return 1
      }
      init<A: P, B>(a: A, b: Pair<A, B>, _ c: (x: Int, y: Int) -> Pair<A, B>) throws {
        self.a = a
        self.b = b
        self.c = c.value
      }
      static func < (a: Int, b: Int) -> Bool
      func after(
        _ a: Int,
        // a comment, with a comma
        b: Int = f(1, 2 << 3) >> 1,
      ) -> [Pair<A, Pair<A, B>>] where A == B {
        a < b
      }
      init?(a: Int, _ b: Int) { self.a = a; self.b = b }
      init(a: Int) {
        precondition(a > 0)
        self.a = a
      }
      init(a: Int) {
        self.a = a
        b = 2 * a
      }
      """
    let found = DeclaredFunction.all(in: SourceTree.code(of: text))
    #expect(found.map(\.name) == ["none", "two", "init", "<", "after", "init", "init", "init"])
    #expect(
      found.map(\.parameters) == [
        [], ["a", "body"], ["a", "b", "c"], ["a", "b"], ["a", "b"], ["a", "b"], ["a"], ["a"],
      ])
    #expect(found.map(\.line) == [1, 2, 6, 11, 12, 19, 20, 24])
    #expect(found.map(\.lines) == [0, 2, 3, 0, 1, 0, 2, 2])
    #expect(found.map(\.isMemberwise) == [false, false, false, false, false, true, true, false])
  }
}
