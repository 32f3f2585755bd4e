/// Scratch for rows that are loaded by whole aligned vectors.
@inlinable
package func withAlignedRows(_ count: Int, _ body: (UnsafeMutablePointer<Float>) -> Void) {
  withUnsafeTemporaryAllocation(
    byteCount: count * MemoryLayout<Float>.stride, alignment: MemoryLayout<Lanes>.alignment
  ) { memory in
    guard let start = memory.baseAddress else { return }
    body(start.assumingMemoryBound(to: Float.self))
  }
}
