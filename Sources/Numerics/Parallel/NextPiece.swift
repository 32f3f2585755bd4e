import Synchronization

/// Numbers from 0, each handed out once.
final class NextPiece: Sendable {
  private let value = Atomic<Int>(0)
  func take() -> Int { value.wrappingAdd(1, ordering: .relaxed).oldValue }
}
