/// Names as people order them: runs of digits by their number, so that `2` comes before `10`, everything
/// else bytewise. Of equal numbers the one with fewer zeros before it is first.
package func precedesNaturally(_ first: String, _ second: String) -> Bool {
  var (a, b) = (Array(first.utf8)[...], Array(second.utf8)[...])
  while let x = a.first, let y = b.first {
    if isDigit(x), isDigit(y) {
      let (one, other) = (takeNumber(&a), takeNumber(&b))
      if one.count != other.count { return one.count < other.count }
      if one != other { return one.lexicographicallyPrecedes(other) }
    } else {
      if x != y { return x < y }
      a.removeFirst()
      b.removeFirst()
    }
  }
  if a.isEmpty != b.isEmpty { return a.isEmpty }
  return (first.utf8.count, first) < (second.utf8.count, second)
}

private func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }

/// Removes a run of digits, and gives it without zeros before it.
private func takeNumber(_ bytes: inout ArraySlice<UInt8>) -> ArraySlice<UInt8> {
  let run = bytes.prefix(while: isDigit)
  bytes = bytes.dropFirst(run.count)
  return run.drop { $0 == 48 }
}
