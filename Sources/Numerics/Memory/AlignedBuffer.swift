/// Zeroed memory for kernels, aligned to a cache line; freed with its last owner.
///
/// Sendable because it is only ever a place: who may write which part, and when, is decided by the
/// fork-join that hands the parts out.
package final class AlignedBuffer<Element: BitwiseCopyable>: @unchecked Sendable {
  package let count: Int
  package let pointer: UnsafeMutablePointer<Element>

  /// - Parameter padding: elements past the end that a whole-vector load may touch.
  package init(count: Int, padding: Int = 16) {
    precondition(count >= 0 && padding >= 0)
    self.count = count
    let bytes = (count + padding) * MemoryLayout<Element>.stride
    let raw = UnsafeMutableRawPointer.allocate(byteCount: max(bytes, 64), alignment: 64)
    raw.initializeMemory(as: UInt8.self, repeating: 0, count: max(bytes, 64))
    pointer = raw.assumingMemoryBound(to: Element.self)
  }

  package convenience init(_ elements: [Element]) {
    self.init(count: elements.count)
    // Bytes at once: a generic loop over elements costs more than evaluating them.
    elements.withUnsafeBytes {
      UnsafeMutableRawBufferPointer(start: pointer, count: $0.count).copyMemory(from: $0)
    }
  }

  deinit { UnsafeMutableRawPointer(pointer).deallocate() }

  package var array: [Element] { Array(UnsafeBufferPointer(start: pointer, count: count)) }
}

/// Sets `count` elements to zero bits. (`update(repeating:)` is a slow generic call.)
@inlinable
package func clear<Element: BitwiseCopyable>(_ start: UnsafeMutablePointer<Element>, count: Int) {
  UnsafeMutableRawPointer(start).initializeMemory(
    as: UInt8.self, repeating: 0, count: count * MemoryLayout<Element>.stride)
}
