import Files

/// Colour images in a folder of PNGs, and a pipeline that trains on them.
enum ColourFolder {
  /// 24 images of 6 x 5, `Data/photos`, in `train` and `test` with two classes each.
  static func sandbox() throws -> Sandbox {
    let sandbox = try Sandbox(data: nil)
    for image in 0..<24 {
      let part = image % 6 == 5 ? "test" : "train"
      let folder = "Data/photos/\(part)/\(image % 2 == 0 ? "even" : "odd")"
      try DurableFile.createFolder(sandbox.path(folder))
      try PNGFile.write(
        pixels: pixels(image), width: 5, height: 6, channels: 3,
        to: sandbox.path("\(folder)/\(image).png"))
    }
    return sandbox
  }

  /// Red grows down, green across, blue with the image.
  static func pixels(_ image: Int) -> [UInt8] {
    (0..<30).flatMap { pixel -> [UInt8] in
      [
        UInt8(pixel / 5 * 40 + image % 3), UInt8(pixel % 5 * 50 + image % 5),
        UInt8(image * 10 + pixel % 2),
      ]
    }
  }

  static func yaml(extra: String = "") -> String {
    """
    name: colour
    seed: 1
    stages:
      photos:
        kind: ingest
        source: {kind: png-folder, dataset: photos, test: {folder: test}}
      cells: {kind: partition, images: photos, superpixel: [4, 2]}
      parts: {kind: split, images: photos, validation: 4}
      shards: {kind: shards, images: photos, partition: cells, split: parts}
      spn:
        {kind: train, data: shards, epochs: 2, batch: 8, leaf: gaussian,
         binarisation: none}
    \(extra)
    """
  }
}
