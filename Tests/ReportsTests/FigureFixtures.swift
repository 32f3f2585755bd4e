import Files
import Foundation
import Reports

/// Made-up numbers of a plausible run: the training curve passes below the validation curve first.
let sampleCurve = TrainingCurve(
  title: "Sum-product network on 5,000 digits", quantity: "log-likelihood",
  epochs: zip(
    [-171.2, -132.4, -121.9, -116.8, -113.1, -110.6, -108.7, -107.3, -106.2, -105.2],
    [-140.9, -126.3, -119.5, -115.6, -113.3, -111.7, -110.8, -110.2, -110.4, -110.7]
  ).enumerated().map { index, values in
    TrainingCurve.Epoch(number: index + 1, training: values.0, validation: values.1)
  }, best: 8)

let hostileTexts = [
  "'' ; system('touch PWNED') ; '", "'`touch PWNED`'",
  "it's `touch PWNED`", "\"`touch PWNED`\"", "' ; system('touch PWNED') #", "$(touch PWNED)",
  "@macro %s %d {/Symbol a} x^2 y_3", "ends with \\", "two\nlines; system 'touch PWNED'",
  "\u{1B}[31mred",
  "<script>PWNED</script>&amp;", "# no comment", "a,b;\"c\"", "", "Größe ≥ 10 µm, 数字",
  "\u{202E}reversed", "]]>", "&#0; &#x0; &#x41;", "no \u{FFFE} character \u{FFFF}",
  "'", "''", String(repeating: "long ", count: 200),
]

let oddSeries: [[LineChart.Point]] = [
  [], [(1, 2)], [(1, .nan)], [(1, -.infinity), (2, 3)], [(1, 5), (2, 5), (3, 5)],
  [(1, 1), (1, 2), (1, 3)], [(3, 1), (1, 2), (2, 3)], [(0, 1e300), (1, -1e300)],
  [(0, 1e-300), (1, 0)], [(1e12, 1), (1e12 + 1, 2)], [(.nan, 1)], [(0.5, -1e8), (0.25, 1e8)],
].map { $0.map { LineChart.Point(x: $0.0, y: $0.1) } }

let isGnuplotThere = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
  .contains { FileManager.default.isExecutableFile(atPath: "\($0)/gnuplot") }

func temporaryFolder() throws -> String {
  let folder = FileManager.default.temporaryDirectory.appending(
    path: "figures-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  return folder.path
}

func withTemporaryFolder(_ body: (String) throws -> Void) throws {
  let folder = try temporaryFolder()
  defer { try? FileManager.default.removeItem(atPath: folder) }
  try body(folder)
}

func contents(of folder: String) throws -> [String: [UInt8]] {
  var contents: [String: [UInt8]] = [:]
  for name in try DurableFile.listTree(folder) {
    contents[name] = try FileBytes.read(joinPath(folder, name))
  }
  return contents
}

/// A shell script to stand in for a program.
func script(_ text: String, at path: String) throws {
  try DurableFile.write(text: "#!/bin/sh\n\(text)\n", to: path)
  try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
}
