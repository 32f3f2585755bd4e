import Configuration

extension PicturePreparation {
  init(fields: Fields) {
    let channels = fields.word(
      "channels", of: Channels.allCases.map(\.rawValue), default: "auto",
      meaning: "channels of the images: as the pictures have them, or one of these")
    let sizes = fields.word(
      "sizes", of: SizePolicy.allCases.map(\.rawValue), default: "fail",
      meaning: "what happens to pictures of another size")
    let size =
      fields.has("size")
      ? fields.ints(
        "size", count: 2, in: 1...65_535, meaning: "height and width of the images, in pixels") : []
    if let excess = Self.excess(size) { fields.complain("size", excess) }
    let background = Self.background(fields)
    self.init(
      channels: Channels(rawValue: channels) ?? .auto, sizes: SizePolicy(rawValue: sizes) ?? .fail,
      size: size.count == 2 ? size : nil,
      background: background.map { UInt8(clamping: $0) })
    if self.sizes != .fail, self.size == nil, !fields.has("size") {
      fields.complain("sizes", "\(sizes) needs a size: say size: [height, width]")
    }
  }

  /// Red, green and blue, or the word for them: `black`, `white`.
  private static func background(_ fields: Fields) -> [Int] {
    if fields.hasScalar("background") {
      let level =
        fields.word(
          "background", of: ["black", "white"],
          meaning: "colour behind transparent pixels: a word, or red, green and blue") == "white"
        ? 255 : 0
      fields.record("background", .list(Array(repeating: .integer(level), count: 3)))
      return [level, level, level]
    }
    let levels = fields.ints(
      "background", default: [0, 0, 0], count: 3, in: 0...255,
      meaning: "colour behind transparent pixels: a word, or red, green and blue")
    return levels.count == 3 ? levels : [0, 0, 0]
  }
}
