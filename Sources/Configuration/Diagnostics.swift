/// One mistake in a configuration, with its place.
package struct Diagnostic: Hashable, Sendable, CustomStringConvertible {
  package let position: SourcePosition
  package let message: String
  /// What the user probably meant.
  package let suggestion: String?

  package init(position: SourcePosition, message: String, suggestion: String? = nil) {
    self.position = position
    self.message = message
    self.suggestion = suggestion
  }

  package var description: String {
    let hint = suggestion.map { "; did you mean \($0.quoted)?" } ?? ""
    return "\(position): \(message)\(hint)"
  }
}

/// Every mistake found while one configuration is read, so that all can be reported at once.
package final class Diagnostics {
  package private(set) var all: [Diagnostic] = []
  private var known: Set<Diagnostic> = []

  package init() {}

  package var isEmpty: Bool { all.isEmpty }

  /// Adds a mistake; the same one twice is reported once.
  package func add(_ diagnostic: Diagnostic) {
    if known.insert(diagnostic).inserted { all.append(diagnostic) }
  }

  package func add(_ message: String, at position: SourcePosition, suggestion: String? = nil) {
    add(Diagnostic(position: position, message: message, suggestion: suggestion))
  }

  /// Throws: `ConfigurationFault` with all mistakes, if there are any.
  package func throwIfAny() throws {
    if !all.isEmpty { throw ConfigurationFault(all) }
  }
}

/// A configuration that cannot be used: every mistake in it, one a line, in order of position.
package struct ConfigurationFault: Fault {
  package let diagnostics: [Diagnostic]
  /// Most mistakes that are listed; the rest are counted.
  private static let mostListed = 100

  package init(_ diagnostics: [Diagnostic]) {
    self.diagnostics = diagnostics.enumerated()
      .sorted { ($0.element.position, $0.offset) < ($1.element.position, $1.offset) }
      .map(\.element)
  }

  package init(_ message: String, at position: SourcePosition) {
    self.init([Diagnostic(position: position, message: message)])
  }

  package var exitCode: ExitCode { .configuration }

  package var description: String {
    let listed = diagnostics.prefix(Self.mostListed).map(\.description)
    let rest = diagnostics.count - listed.count
    return (listed + (rest > 0 ? ["and \(rest) more mistakes"] : [])).joined(separator: "\n")
  }
}
