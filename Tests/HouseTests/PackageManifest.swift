import Foundation

/// The targets that Package.swift declares, read as text: asking the package manager would make it
/// wait for the very build that runs this test.
struct PackageManifest {
  /// Target -> the targets and products that it declares to depend on.
  var sources: [String: Set<String>] = [:]
  /// Test targets, and targets that lie in `Tests`.
  var tests: Set<String> = []

  init() throws {
    let url = SourceTree.root.appending(path: "Package.swift")
    try self.init(text: String(contentsOf: url, encoding: .utf8))
  }

  init(text: String) throws {
    // Products have a constant each: its name in dependency lists -> the product's.
    var products: [String: String] = [:]
    for match in text.matches(
      of: /let\s+(\w+):\s*Target\.Dependency\s*=\s*\.product\(\s*name:\s*"(\w+)"/)
    {
      products[String(match.output.1)] = String(match.output.2)
    }
    for call in Self.calls(in: text) {
      let listed = Self.firstList(in: call.arguments)
      var dependencies = Set(listed.matches(of: /"(\w+)"/).map { String($0.output.1) })
      for word in listed.replacing(/"\w+"/, with: "").matches(of: /\w+/) {
        dependencies.insert(products[String(word.output)] ?? "?\(word.output)")
      }
      if ["tests", "testTarget"].contains(call.function)
        || call.arguments.contains(/path:\s*"Tests\//)
      {
        tests.insert(call.target)
      } else {
        sources[call.target] = dependencies
      }
    }
  }

  private struct Call {
    let function: String
    let target: String
    /// What follows the target's name, up to the call's closing parenthesis.
    let arguments: Substring
  }

  private static func calls(in text: String) -> [Call] {
    let opening =
      /\b(module|tests|target|executableTarget|testTarget|systemLibrary)\(\s*(?:name:\s*)?"(\w+)"/
    return text.matches(of: opening).map { match in
      var depth = 1
      let arguments = text[match.range.upperBound...].prefix { character in
        if character == "(" { depth += 1 }
        if character == ")" { depth -= 1 }
        return depth > 0
      }
      return Call(
        function: String(match.output.1), target: String(match.output.2), arguments: arguments)
    }
  }

  /// The dependency list: labelled, or the helper functions' second argument.
  private static func firstList(in arguments: Substring) -> Substring {
    if let match = arguments.firstMatch(of: /^,\s*(?:dependencies:\s*)?\[([^\]]*)\]/) {
      return match.output.1
    }
    return ""
  }
}
