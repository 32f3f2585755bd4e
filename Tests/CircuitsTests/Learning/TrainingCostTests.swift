import Circuits
import TestSupport
import Testing

/// The estimate of an epoch's seconds: how it grows, not what it is.
@Suite struct TrainingCostTests {
  @Test func passesAreSharedByWorkersAndUpdatesAreNot() throws {
    let cost = TrainingCost(try TinyCircuit(rows: 2, columns: 3, units: 4).circuit())
    func epoch(images: Int = 1_000, evaluated: Int = 0, batch: Int = 100, workers: Int = 1)
      -> Double
    {
      cost.epoch(images: images, evaluated: evaluated, batch: batch, workers: workers)
    }
    func isNear(_ value: Double, _ expected: Double) -> Bool {
      abs(value - expected) < 1e-9 * expected
    }
    #expect(isNear(epoch(), 1_000 * cost.image + 10 * cost.update))
    #expect(isNear(epoch(workers: 2), 500 * cost.image + 10 * cost.update))
    #expect(isNear(epoch(images: 1_001), 1_001 * cost.image + 11 * cost.update))
    #expect(isNear(epoch(batch: 1_000), 1_000 * cost.image + cost.update))
    #expect(epoch(evaluated: 1_000) > epoch() && epoch(evaluated: 1_000) < 2 * epoch())
  }

  @Test func moreUnitsPartitionsAndNodesCostMore() throws {
    func image(_ units: Int, _ leaf: any Leaf = BernoulliLeaf(), columns: Int = 3) throws -> Double
    {
      TrainingCost(try TinyCircuit(rows: 2, columns: columns, units: units).circuit(leaf: leaf))
        .image
    }
    func nodes(_ count: Int) -> MixtureLeaf {
      MixtureLeaf(nodes: PriorNodes(.quantile, count: count, latent: 2), hidden: 3)
    }
    #expect(try image(8) > image(4))
    #expect(try image(4, columns: 4) > image(4))
    #expect(try image(4, FactorisedLeaf(CategoricalEmission())) > image(4))
    #expect(try image(4, nodes(400)) > image(4, nodes(100)))
  }
}
