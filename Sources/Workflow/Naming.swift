import Configuration

/// The longest name in bytes.
let longestName = 100

/// Whether `name` can name `what` ("a stage"); a mistake is recorded if not. Names become folders,
/// so they may hold nothing that a file system or a shell would read.
@discardableResult
func checkName(
  _ name: String, of what: String, at position: SourcePosition, _ diagnostics: Diagnostics
) -> Bool {
  let isWord = name.unicodeScalars.allSatisfy(isNameScalar)
  if !isWord || name.isEmpty || name.utf8.count > longestName || name.hasPrefix("-") {
    diagnostics.add(
      "\(name.quoted) cannot name \(what): expected at most \(longestName) letters, digits, '-' "
        + "and '_', not beginning with '-'", at: position)
    return false
  }
  return true
}

/// Letters, digits, `-` and `_` of ASCII.
func isNameScalar(_ scalar: Unicode.Scalar) -> Bool {
  ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar)
    || scalar == "-" || scalar == "_"
}
