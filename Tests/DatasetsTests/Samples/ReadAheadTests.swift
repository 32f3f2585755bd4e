import Datasets
import Synchronization
import Testing

@Suite struct ReadAheadTests {
  private struct Stop: Error {}

  @Test func workGoesOnToTheLimitAndNoFurther() throws {
    let seen = Mutex<[Int]>([])
    let ahead = ReadAhead()
    ahead.start(at: 3) { from, limit in
      seen.withLock { $0.append(from) }
      return min(from + 2, limit)
    }
    ahead.allow(upTo: 8)
    try ahead.wait(for: 8)
    ahead.stop()
    #expect(seen.withLock { $0 } == [3, 5, 7])
  }

  /// A piece of work that does not fit waits for room.
  @Test func piecesThatDoNotFitWait() throws {
    let ahead = ReadAhead()
    ahead.start(at: 0) { from, limit in from + 10 <= limit ? from + 10 : from }
    for limit in 1...100 { ahead.allow(upTo: limit) }
    try ahead.wait(for: 100)
    for room in [105, 109, 110] { ahead.allow(upTo: room) }
    try ahead.wait(for: 110)
  }

  @Test func failuresAreThrownAgainUntilABeginning() throws {
    let ahead = ReadAhead()
    ahead.start(at: 0) { from, _ in
      if from == 2 { throw Stop() }
      return from + 1
    }
    ahead.allow(upTo: 9)
    try ahead.wait(for: 2)
    #expect(throws: Stop.self) { try ahead.wait(for: 3) }
    ahead.allow(upTo: 20)
    #expect(throws: Stop.self) { try ahead.wait(for: 3) }
    ahead.start(at: 5) { from, _ in from + 1 }
    ahead.allow(upTo: 6)
    try ahead.wait(for: 6)
  }

  /// Beginnings while work is under way: what the old work does is never taken for the new one's.
  @Test func aNewBeginningForgetsTheOldWork() throws {
    let ahead = ReadAhead()
    for round in 0..<500 {
      let place = Mutex(-1)
      ahead.start(at: round) { from, _ in
        place.withLock { $0 = from }
        return from + 1
      }
      ahead.allow(upTo: round + 3)
      try ahead.wait(for: round + 1)
      if round % 2 == 0 { ahead.stop() }
      #expect(place.withLock { $0 } >= round)
    }
    ahead.stop()
  }
}
