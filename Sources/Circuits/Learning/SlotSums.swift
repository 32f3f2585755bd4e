/// Adds further arrays of statistics to the first, one after the other, so that the bits do not depend
/// on who filled them.
///
/// - Parameters:
///   - slots: the first slot's element of the range; slot s lies `stride` elements further each.
///     The first is overwritten by the sums.
package func addSlots(
  _ slots: UnsafeMutablePointer<Float>, slotCount: Int, stride: Int, count: Int
) {
  for slot in 1..<max(slotCount, 1) {
    let values = slots + slot &* stride
    for index in 0..<count { slots[index] += values[index] }
  }
}
