import Datasets
import Workflow

/// The superpixels of a stage that reads shards: those of the shards, or those of another partition.
struct PartitionChoice: Sendable {
  private let data: InputReference
  /// Nil for the superpixels in whose order the shards are stored.
  private let other: InputReference?

  /// Reads the field `partition`.
  ///
  /// - Parameter data: the shards.
  init(_ fields: StageFields, of data: InputReference) {
    self.data = data
    other = fields.optionalInput(
      "partition", .partition,
      meaning: "the superpixels; those of the shards where it is not written")
    fields.fields.refuseRetired(
      "superpixel",
      "there is no such field: the superpixels are those of the shards; for others name a stage of kind "
        + "partition, partition: NAME")
  }

  /// The superpixels as far as the plan knows them; nil where it does not.
  func foreseen(_ context: ForecastContext) -> GridPartition? {
    guard let other else { return context.outlook(of: data, as: ImageOutline.self)?.partition }
    return context.outlook(of: other, as: GridPartition.self)
  }

  /// - Throws: as `PartitionFile.read`.
  func read(_ context: StageContext, shards: ShardReader) throws -> GridPartition {
    guard let other else { return shards.partition }
    return try PartitionFile.read(context.path(of: other), for: shards.manifest.shape)
  }
}
