/// What "equal" means in the tests, in one place.
package enum Tolerance {
  /// The Double reference against enumeration.
  package static let reference = 1e-12
  /// Float kernels against the Double reference: nats, or relative.
  package static let kernel = 1e-5
  /// An analytic gradient in Double against central differences of step 1e-5.
  package static let centralDifference = 1e-8
  /// Chi-square tests fail below this probability; seeds are fixed.
  package static let chiSquare = 1e-4
}
