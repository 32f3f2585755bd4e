import Workflow

/// The half of an image that a completion does not see.
package enum HiddenHalf: String, CaseIterable, Sendable {
  case left, right, top, bottom

  /// `[pixel]`, row-major; the middle row or column of an odd size is hidden only on the right or at the
  /// bottom.
  package func mask(height: Int, width: Int) -> [Bool] {
    (0..<height * width).map { pixel in
      let (row, column) = (pixel / width, pixel % width)
      return switch self {
      case .left: column < width / 2
      case .right: column >= width / 2
      case .top: row < height / 2
      case .bottom: row >= height / 2
      }
    }
  }
}

extension StageFields {
  func hiddenHalf(_ key: String = "hide") -> HiddenHalf {
    HiddenHalf(rawValue: word(key, of: HiddenHalf.allCases.map(\.rawValue))) ?? .left
  }
}
