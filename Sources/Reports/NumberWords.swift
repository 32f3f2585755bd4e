import Configuration
import Foundation

/// Numbers as figures write them.

/// One decimal, and a true minus sign: as the axis shows numbers.
func oneDecimal(_ value: Double) -> String {
  guard value.isFinite, abs(value) < 1e15 else { return "\(value)" }
  let tenths = Int(bounded: (abs(value) * 10).rounded())
  return "\(value < 0 && tenths > 0 ? "\u{2212}" : "")\(tenths / 10).\(tenths % 10)"
}

/// 12,345 or 0.25: with a comma at every thousand, and no more decimals than the number has, up to
/// six.
func grouped(_ value: Double) -> String {
  guard value.isFinite, abs(value) < 1e15 else { return "\(value)" }
  var text = String(format: "%.6f", abs(value))
  while text.hasSuffix("0") { text.removeLast() }
  if text.hasSuffix(".") { text.removeLast() }
  let whole = text.prefix { $0 != "." }
  var digits = ""
  for (index, digit) in whole.enumerated() {
    if index > 0, (whole.count - index) % 3 == 0 { digits.append(",") }
    digits.append(digit)
  }
  return (value < 0 ? "-" : "") + digits + text.dropFirst(whole.count)
}

/// 10⁶, 2×10⁻⁴: for axes over many powers of ten. The value is positive and its leading digits are
/// few.
func scientific(_ value: Double) -> String {
  let parts = String(format: "%.3e", value).split(separator: "e")
  guard parts.count == 2, let mantissa = Double(parts[0]), let exponent = Int(parts[1]) else {
    return "\(value)"
  }
  let raised = String(exponent).map { superscripts[$0] ?? $0 }
  return (mantissa == 1 ? "" : grouped(mantissa) + "\u{D7}") + "10" + String(raised)
}

/// Seven significant digits, however small the number is, and a true minus sign: 1.1787, 1.5×10⁻⁷.
func significant(_ value: Double) -> String {
  let size = Double(String(format: "%.7g", abs(value))) ?? abs(value)
  let digits = size == 0 || size >= 0.001 ? grouped(size) : scientific(size)
  return (value < 0 ? "\u{2212}" : "") + digits
}

/// 12.2 million: three digits and a word, for counts in running text; below a million all digits.
package func countInWords(_ value: Double) -> String {
  let scales = [(1e12, " trillion"), (1e9, " billion"), (1e6, " million")]
  guard value.isFinite, let scale = scales.first(where: { value >= $0.0 }) else {
    return grouped(value)
  }
  let power = pow(10, 2 - log10(value / scale.0).rounded(.down))
  return grouped((value / scale.0 * power).rounded() / power) + scale.1
}

private let superscripts: [Character: Character] = [
  "0": "⁰", "1": "¹", "2": "²", "3": "³", "4": "⁴", "5": "⁵", "6": "⁶", "7": "⁷", "8": "⁸",
  "9": "⁹", "-": "⁻",
]
