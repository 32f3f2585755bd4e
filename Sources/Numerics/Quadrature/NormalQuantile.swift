/// Where a standard normal has `probability` below it, to the last bits; +-inf at 1 and 0.
///
/// By bisection of the complementary error function, which keeps its digits in the tail: a table of
/// nodes is made once a model, and needs no polynomial of somebody's. Odd around one half, exactly.
package func normalQuantile(_ probability: Double) -> Double {
  precondition(0 <= probability && probability <= 1)
  if probability == 0.5 { return 0 }
  if probability > 0.5 { return -normalQuantile(1 - probability) }
  if probability == 0 { return -.infinity }
  // Below -39 nothing is left in Double.
  var (low, high) = (-40.0, 0.0)
  while true {
    let middle = (low + high) / 2
    guard low < middle && middle < high else { return middle }
    if complementaryErrorFunction(-middle / 2.0.squareRoot()) / 2 < probability {
      low = middle
    } else {
      high = middle
    }
  }
}
