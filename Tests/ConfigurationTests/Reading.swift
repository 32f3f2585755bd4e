import Configuration

/// Reads YAML with `body` and returns the lines of every complaint, unknown keys included.
func complaints(
  _ yaml: String, _ body: (Fields) -> Void = { _ in }
) -> [String] {
  let diagnostics = Diagnostics()
  do {
    let document = try Document(text: yaml, file: "a.yaml")
    let fields = Fields(document, subject: "stage 'spn'", diagnostics: diagnostics)
    body(fields)
    fields.finish()
    try diagnostics.throwIfAny()
    return []
  } catch {
    return "\(error)".split(separator: "\n").map(String.init)
  }
}

/// What `body` resolved from correct YAML.
func resolved(_ yaml: String, _ body: (Fields) -> Void) throws -> ResolvedValue {
  let diagnostics = Diagnostics()
  let fields = Fields(
    try Document(text: yaml, file: "a.yaml"), subject: "it", diagnostics: diagnostics)
  body(fields)
  fields.finish()
  try diagnostics.throwIfAny()
  return fields.resolved
}
