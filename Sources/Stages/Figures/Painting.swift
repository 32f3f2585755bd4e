import Figures
import Files
import Workflow

extension StageFields {
  /// Makes the presence of gnuplot part of the fingerprint: a result without pictures must not stand
  /// for the one with.
  func recordPlotter() { fields.record("(gnuplot)", .boolean(Gnuplot().isInstalled)) }
}

extension StageContext {
  /// Says so where a picture could not be drawn for want of a program.
  func tell(_ drawing: LineChart.Drawing) {
    switch drawing {
    case .drawn: break
    case .missingTool:
      warn(
        "gnuplot is not installed, so the figure is numbers and a script; install it "
          + "(make setup) and run again")
    }
  }
}

/// A label as a part of a file name: `SPN with VAE leaves` gives `spn-with-vae-leaves`.
func slug(_ label: String) -> String {
  let words = label.lowercased().split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
  return words.isEmpty ? "model" : words.joined(separator: "-")
}

extension Variant {
  /// What tells one run of a model from another: `seed 3`, `images 100, seed 3`.
  var inWords: String {
    let parts = coordinates.map { "\($0.axis) \($0.value)" }
    return parts.isEmpty ? "the run" : parts.joined(separator: ", ")
  }
}
