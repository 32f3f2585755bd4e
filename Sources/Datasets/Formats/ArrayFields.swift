import Configuration

/// Images and perhaps labels by the names of their arrays.
package struct ArrayPart: Hashable, Sendable {
  package let images: String
  package let labels: String?

  package init(images: String, labels: String? = nil) {
    self.images = images
    self.labels = labels
  }
}

/// The fields of a `source:` whose images are arrays: `images`, `labels`, `testImages`, `testLabels`, `test`, `axes`,
/// `transpose`.
struct ArrayFields: Sendable {
  let dataset: String
  let train: ArrayPart
  let test: ArrayPart?
  let axes: ImageAxes?
  private let split: SplitSettings
  private let transposes: Bool

  /// - Parameter images: the array's usual name; nil where it has to be given.
  init(fields: Fields, images usual: String? = nil) {
    dataset = fields.dataset()
    let words =
      fields.has("axes")
      ? fields.strings(
        "axes", meaning: "names of the array's axes in order: image, row, column, channel") : nil
    axes = words.flatMap(ImageAxes.init)
    if words != nil, axes == nil { fields.complain("axes", "expected \(ImageAxes.expectation)") }
    transposes = fields.bool(
      "transpose", default: false, meaning: "whether rows and columns are exchanged")
    train = ArrayPart(
      images: fields.string("images", default: usual, meaning: "array of training images"),
      labels: fields.optionalString("labels", meaning: "array of training labels"))
    let testImages = fields.optionalString("testImages", meaning: "array of test images")
    let testLabels = fields.optionalString("testLabels", meaning: "array of test labels")
    split = SplitSettings(fields: fields, ofFolder: false)
    test = testImages.map { ArrayPart(images: $0, labels: testLabels) }
    if testImages != nil, split.isGiven {
      fields.complain("testImages", "stands beside test: say one of them")
    }
    if testLabels != nil, testImages == nil {
      fields.complain("testLabels", "needs testImages")
    }
  }

  /// The source with its test part and its images transposed, as the fields say.
  func completed(_ source: any ImageSource) -> any ImageSource {
    let whole: any ImageSource =
      test == nil ? HeldOutSource(source, test: split.choice) : source
    return transposes ? ChangedSource(whole, .transposed) : whole
  }
}
