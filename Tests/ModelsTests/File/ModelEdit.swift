import Storage
import TestSupport
import Testing

/// One thing changed in a model file, and what the refusal says of it.
struct ModelEdit: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let reason: String
  let apply: @Sendable (inout ModelContent) -> Void

  init(
    _ name: String, _ reason: String, _ apply: @escaping @Sendable (inout ModelContent) -> Void
  ) {
    testDescription = name
    self.reason = reason
    self.apply = apply
  }

  private static let notFinite = "expected a finite number, found"
  private static let wayOut = "; take an earlier checkpoint, or train the model again"

  static let all: [ModelEdit] = [
    ModelEdit("format", "not a model file of tessera") {
      $0.set("/", "format", .string("tessera-shard"))
    },
    ModelEdit("version", "model format 2, expected 1: written by another tessera version") {
      $0.set("/", "version", .integer(2))
    },
    ModelEdit("logits", "/parameters/sumLogits: 1599 numbers, the structure needs 1600") {
      $0.reals["/parameters/sumLogits"]?.removeLast()
    },
    ModelEdit("leaf logits", "/parameters/bernoulliLogits: 129 numbers, the structure needs 128") {
      $0.reals["/parameters/bernoulliLogits"]?.append(0)
    },
    ModelEdit("NaN", "/parameters/sumLogits[7]: \(notFinite) nan\(wayOut)") {
      $0.reals["/parameters/sumLogits"]?[7] = .nan
    },
    ModelEdit("leaf NaN", "/parameters/bernoulliLogits[7]: \(notFinite) nan\(wayOut)") {
      $0.reals["/parameters/bernoulliLogits"]?[7] = .nan
    },
    ModelEdit(
      "weight that no softmax means",
      "/parameters/sumLogits[9]: expected a logit at most 1,000,000 below its sum unit's largest, 4.0, found "
        + "-3e+07; the file is damaged, or its weights were not stored as logits"
    ) {
      $0.reals["/parameters/sumLogits"]?[8] = 4
      $0.reals["/parameters/sumLogits"]?[9] = -3e7
    },
    ModelEdit(
      "huge leaf",
      "/parameters/bernoulliLogits[3]: expected a number from -1e38 to 1e38, found 3e+38\(wayOut)"
    ) {
      $0.reals["/parameters/bernoulliLogits"]?[3] = 3e38
    },
    ModelEdit("infinite weight", "/parameters/sumLogits[9]: \(notFinite) inf\(wayOut)") {
      $0.reals["/parameters/sumLogits"]?[9] = .infinity
    },
    ModelEdit("infinite leaf", "/parameters/bernoulliLogits[127]: \(notFinite) -inf\(wayOut)") {
      $0.reals["/parameters/bernoulliLogits"]?[127] = -.infinity
    },
    ModelEdit(
      "threshold", "binarisation '{\"kind\":\"threshold\",\"value\":1e300}' is unknown"
    ) {
      $0.set(
        "/preprocessing", "binarisation", .string("{\"kind\":\"threshold\",\"value\":1e300}"))
    },
    ModelEdit("moments", "/learner/firstMoment: 1727 numbers, the structure needs 1728") {
      $0.reals["/learner/firstMoment"]?.removeLast()
    },
    ModelEdit("steps", "/learner: step: expected 0 to 2147483647, found -1") {
      $0.set("/learner", "step", .integer(-1))
    },
    ModelEdit("child after parent", "/structure: partition of region 4 is out of order") {
      $0.integers["/structure/partitions"]?.values[1] = 99
    },
    ModelEdit("negative child", "/structure: partition of region 4 is out of order") {
      $0.integers["/structure/partitions"]?.values[1] = -1
    },
    ModelEdit("no such region", "/structure: partition of region 100 is out of order") {
      $0.integers["/structure/partitions"]?.values[0] = 100
    },
    ModelEdit("a pixel twice", "/structure: the superpixels do not hold each of 64 pixels once") {
      $0.integers["/structure/superpixelPixels"]?.values[0] = 1
    },
    ModelEdit("a pixel outside", "/structure: the superpixels do not hold each of 64 pixels once") {
      $0.integers["/structure/superpixelPixels"]?.values[0] = 64
    },
    ModelEdit("a larger image", "/structure: the superpixels do not hold each of 72 pixels once") {
      $0.set("/preprocessing", "imageHeight", .integer(9))
    },
    ModelEdit("offsets", "/structure: the superpixels do not hold each of 64 pixels once") {
      $0.integers["/structure/superpixelOffsets"]?.values[1] = 40
    },
    ModelEdit("leaf outside", "/structure: leaf regions and their superpixels do not fit") {
      $0.integers["/structure/leafSuperpixels"]?.values[0] = 16
    },
    ModelEdit("units", "/structure: 0 units, 100 regions") {
      $0.set("/structure", "units", .integer(0))
    },
    ModelEdit("leaf", "/structure: leaf '{\"kind\":\"flow\"}' is unknown to this version") {
      $0.set("/structure", "leafConfiguration", .string("{\"kind\":\"flow\"}"))
    },
    ModelEdit("YAML", "/structure: leaf 'bernoulli\\nx: 1' is unknown to this version") {
      $0.set("/structure", "leafConfiguration", .string("bernoulli\nx: 1"))
    },
    ModelEdit("binarisation", "binarisation '{\"kind\":\"dithered\"}' is unknown") {
      $0.set("/preprocessing", "binarisation", .string("{\"kind\":\"dithered\"}"))
    },
    ModelEdit("configuration", "configuration: not valid JSON at byte 1: expected a key") {
      $0.set("/", "configuration", .string("{"))
    },
    ModelEdit("negative size", "images of -8 x -8, superpixels of [2, 2]") {
      $0.set("/preprocessing", "imageHeight", .integer(-8))
      $0.set("/preprocessing", "imageWidth", .integer(-8))
    },
    ModelEdit("huge size", "images of 8 x 4611686018427387904, superpixels of [2, 2]") {
      $0.set("/preprocessing", "imageWidth", .integer(1 << 62))
    },
    ModelEdit("superpixel", "images of 8 x 8, superpixels of [2]") {
      $0.set("/structure", "superpixel", .integers([2]))
    },
    ModelEdit(
      "regions", "/structure: region graph: the last region must hold every variable"
    ) { $0.set("/structure", "regions", .integer(101)) },
    ModelEdit(
      "not decomposable",
      "/structure: region graph: partition 199 does not split region 99 into disjoint parts"
    ) {
      let last = $0.integers["/structure/partitions"]?.values.count ?? 0
      $0.integers["/structure/partitions"]?.values[last - 2] = 0
    },
    ModelEdit(
      "too many weights",
      "/structure: 1024 units over 200 partitions with dense products need more than 2147483647 sum "
        + "weights: take fewer units, larger superpixels, coarser steps, or products: elementwise"
    ) { $0.set("/structure", "units", .integer(1_024)) },
    ModelEdit("unknown products", "/structure: products 'sums' are unknown to this version") {
      $0.set("/structure", "products", .string("sums"))
    },
    ModelEdit(
      "unknown weights", "/structure: weights '{\"kind\":\"given\"}' are unknown to this version"
    ) {
      $0.set("/structure", "weights", .string(#"{"kind":"given"}"#))
    },
    ModelEdit(
      "weights of other products",
      "/structure: functional weights need K products a partition: expected products: elementwise, found "
        + "dense"
    ) {
      $0.set("/structure", "weights", .string(#"{"kind":"functional"}"#))
    },
    ModelEdit(
      "weights of too many nodes",
      "/structure: 4096 frequencies at 1024 x 1024 nodes are more than 200 million inputs: expected fewer "
        + "frequencies or units"
    ) {
      $0.set("/structure", "units", .integer(1_024))
      $0.set("/structure", "products", .string("elementwise"))
      $0.set("/structure", "weights", .string(#"{"kind":"functional","frequencies":4096}"#))
    },
  ]
}
