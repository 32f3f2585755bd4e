extension FixedWidthInteger {
  /// The whole part of a floating-point number; the nearest end of the type's range for what lies beyond
  /// it, and 0 for NaN.
  ///
  /// For numbers that come from data, models or clocks: the standard conversion ends the process where
  /// the number does not fit.
  package init(bounded value: some BinaryFloatingPoint) {
    if let whole = Self(exactly: value.rounded(.towardZero)) {
      self = whole
    } else {
      self = value.isNaN ? 0 : value < 0 ? .min : .max
    }
  }
}
