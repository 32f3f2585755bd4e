import Circuits
import Configuration
import Datasets
import Storage

/// `/preprocessing`: the size of the images, and the view of their levels that the circuit describes.
extension ModelFile {
  static func writePreprocessing(_ model: Model, to file: HDF5File) throws {
    try file.createGroup("/preprocessing")
    try file.setAttribute("/preprocessing", "imageHeight", .integer(model.imageHeight))
    try file.setAttribute("/preprocessing", "imageWidth", .integer(model.imageWidth))
    // Files of grey images are as they always were.
    if model.imageChannels != 1 {
      try file.setAttribute("/preprocessing", "channels", .integer(model.imageChannels))
    }
    try file.setAttribute(
      "/preprocessing", "binarisation",
      .string(model.binarisation.configuration.canonicalText))
    try file.setAttribute(
      "/preprocessing", "binarisationName", .string(model.binarisation.name))
  }

  /// The size of images and superpixels, checked.
  ///
  /// - Throws: `ModelFault`, `StorageFault`.
  static func readPreprocessing(
    _ file: HDF5File, path: String
  ) throws -> (height: Int, width: Int, channels: Int, superpixel: [Int]) {
    let height = try file.integer("/preprocessing", "imageHeight")
    let width = try file.integer("/preprocessing", "imageWidth")
    let superpixel = try file.integers("/structure", "superpixel")
    let channels =
      try file.hasAttribute("/preprocessing", "channels")
      ? try file.integer("/preprocessing", "channels") : 1
    guard (1...65_536).contains(height), (1...65_536).contains(width), superpixel.count == 2,
      superpixel.allSatisfy((1...65_536).contains), channels == 1 || channels == 3,
      height * width * channels <= Int(Int32.max)
    else {
      throw ModelFault(
        path: path,
        reason: "images of \(height) x \(width)"
          + (channels == 1 ? "" : " with \(channels) channels") + ", superpixels of \(superpixel)")
    }
    return (height, width, channels, superpixel)
  }

  static func readBinarisation(
    _ file: HDF5File, path: String, leaf: any Leaf
  ) throws -> BinarisationView {
    let text = try file.string("/preprocessing", "binarisation")
    guard let value = try? ResolvedValue(json: text),
      let view = BinarisationView(configuration: value)
    else { throw ModelFault(path: path, reason: "binarisation \(text.quoted) is unknown") }
    if let complaint = view.complaint(about: leaf) {
      throw ModelFault(path: path, reason: complaint)
    }
    return view
  }
}
