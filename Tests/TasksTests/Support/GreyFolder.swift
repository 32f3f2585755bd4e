import Files

/// Grey images in a folder of PNGs, and pipelines that read them.
enum GreyFolder {
  private static let classes = ["anna", "bert"]

  /// 24 images of 8 x 8 in two subfolders, `Data/faces`.
  static func sandbox() throws -> Sandbox {
    let sandbox = try Sandbox(data: nil)
    let all = ToyData().pixels(count: 24, salt: 0)
    for image in 0..<24 {
      let folder = "Data/faces/\(classes[image / 12])"
      try DurableFile.createFolder(sandbox.path(folder))
      let name = "\(folder)/\(image < 10 ? "0" : "")\(image).png"
      try PNGFile.write(
        pixels: Array(all[image * 64..<(image + 1) * 64]), width: 8, height: 8,
        to: sandbox.path(name))
    }
    return sandbox
  }

  static func yaml(
    train: String = "leaf: gaussian, binarisation: none", extra: String = ""
  ) -> String {
    """
    name: grey
    seed: 1
    stages:
      faces: {kind: ingest, source: {kind: png-folder, dataset: faces, test: {last: 4}}}
      cells: {kind: partition, images: faces, superpixel: [4, 4]}
      parts: {kind: split, images: faces, validation: 4, choose: last}
      shards: {kind: shards, images: faces, partition: cells, split: parts}
      spn: {kind: train, data: shards, epochs: 2, batch: 8, \(train)}
    \(extra)
    """
  }
}
