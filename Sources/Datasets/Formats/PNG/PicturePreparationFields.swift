import Configuration
import Images

extension PicturePreparation {
  init(fields: Fields) {
    let channels = fields.word("channels", of: Channels.allCases.map(\.rawValue), default: "auto")
    let sizes = fields.word("sizes", of: SizePolicy.allCases.map(\.rawValue), default: "fail")
    let size = fields.has("size") ? fields.ints("size", count: 2, in: 1...65_535) : []
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
      let level = fields.word("background", of: ["black", "white"]) == "white" ? 255 : 0
      fields.record("background", .list(Array(repeating: .integer(level), count: 3)))
      return [level, level, level]
    }
    let levels = fields.ints("background", default: [0, 0, 0], count: 3, in: 0...255)
    return levels.count == 3 ? levels : [0, 0, 0]
  }
}
