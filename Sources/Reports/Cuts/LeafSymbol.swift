/// The leaf units of a region, beside each other, as symbols.
struct LeafSymbol {
  let leaf: CutsDiagram.Leaf
  let units: Int

  static let height = 54.0
  private static let gap = 16.0
  /// More are said in words.
  private var shown: Int { min(units, 3) }

  private var unitWidth: Double {
    switch leaf {
    case .distribution: 58
    case .autoencoder: 116
    }
  }

  var width: Double { Double(shown) * (unitWidth + Self.gap) - Self.gap }
  var height: Double { Self.height + 22 }

  var drawing: VectorDrawing {
    var drawing = VectorDrawing(width: width, height: height)
    let style = TextStyle(size: 15, colour: Palette.quiet)
    for unit in 0..<shown {
      let left = Double(unit) * (unitWidth + Self.gap)
      let box = Box(x: left, y: 0, width: unitWidth, height: Self.height)
      switch leaf {
      case .distribution: bars(box, &drawing)
      case .autoencoder: autoencoder(box, &drawing)
      }
      let name = unit == shown - 1 && units > shown ? "… \(units)" : "\(unit + 1)"
      drawing.text(
        name, at: Point(box.centre.x, Self.height + style.ascent), style, .centre)
    }
    return drawing
  }

  /// The encoder narrows to the latent variable, the decoder widens again.
  private func autoencoder(_ box: Box, _ drawing: inout VectorDrawing) {
    let stroke = VectorDrawing.Stroke(Palette.text, width: 1.4)
    let half = box.height / 2 - 2
    let narrow = half * 0.45
    let depth = (box.width - 28) / 2
    let middle = box.centre
    func trapezoid(_ wide: Double, _ thin: Double, fill: String) {
      drawing.polygon(
        [
          Point(wide, middle.y - half), Point(thin, middle.y - narrow),
          Point(thin, middle.y + narrow), Point(wide, middle.y + half),
        ], fill: fill, stroke: stroke)
    }
    drawing.line(
      Point(box.x + depth, middle.y), Point(box.right - depth, middle.y), stroke)
    trapezoid(box.x + 1, box.x + depth, fill: "#DCF1EA")
    trapezoid(box.right - 1, box.right - depth, fill: "#FBE7CF")
    drawing.circle(middle, radius: 11, fill: "#FFFFFF", stroke: stroke)
    let style = TextStyle(size: 15)
    drawing.text("z", at: Point(middle.x, middle.y + 0.28 * style.size), style, .centre)
    for (name, x) in [("enc", box.x + depth / 2), ("dec", box.right - depth / 2)] {
      drawing.text(name, at: Point(x, middle.y + 0.3 * style.size), style, .centre)
    }
  }

  /// A probability for each of two values.
  private func bars(_ box: Box, _ drawing: inout VectorDrawing) {
    let stroke = VectorDrawing.Stroke(Palette.text, width: 1.4)
    let base = box.bottom - 4
    for (index, share) in [0.75, 0.35].enumerated() {
      let height = share * (box.height - 10)
      drawing.rectangle(
        Box(x: box.x + 8 + 24 * Double(index), y: base - height, width: 18, height: height),
        fill: index == 0 ? "#DCF1EA" : "#FBE7CF", stroke: stroke)
    }
    drawing.line(Point(box.x, base), Point(box.right, base), stroke)
  }
}
