import Foundation
import Numerics

/// `body` of every element, on all processors, in order.
///
/// Throws what the first element in order that fails throws, whatever the number of workers.
func mapInParallel<Element: Sendable, Result: Sendable>(
  _ elements: [Element], _ body: @Sendable (Element) throws -> Result
) throws -> [Result] {
  let workers = max(1, ProcessInfo.processInfo.activeProcessorCount)
  var results = [Swift.Result<Result, any Error>?](repeating: nil, count: elements.count)
  results.withUnsafeMutableBufferPointer { results in
    // Each piece writes its own result alone.
    nonisolated(unsafe) let results = results
    ForkJoin(workers: workers).run(pieces: elements.count) { piece, _ in
      results[piece] = .init { try body(elements[piece]) }
    }
  }
  return try results.compactMap { try $0?.get() }
}
