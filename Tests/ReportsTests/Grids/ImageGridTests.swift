import Files
import Reports
import Testing

@Suite struct ImageGridTests {
  @Test func composesRowByRow() {
    let grid = ImageGrid(gap: 1, background: 9)
    let canvas = grid.compose([1, 2, 3], height: 1, width: 1, columns: 2)
    #expect(canvas == Canvas(height: 3, width: 3, pixels: [1, 9, 2, 9, 9, 9, 3, 9, 9]))
  }

  @Test func magnifies() {
    let grid = ImageGrid(gap: 0, background: 0, magnification: 2)
    let canvas = grid.compose([1, 2], height: 1, width: 2, columns: 1)
    #expect(canvas == Canvas(height: 2, width: 4, pixels: [1, 1, 2, 2, 1, 1, 2, 2]))
  }

  @Test func nothingIsOnePixelOfBackground() {
    let canvas = ImageGrid(background: 7).compose([], height: 28, width: 28, columns: 4)
    #expect(canvas == Canvas(height: 1, width: 1, pixels: [7]))
  }

  @Test func blocksBesideAndBelow() {
    let grid = ImageGrid(gap: 0, background: 9)
    let one = Canvas(height: 2, width: 1, pixels: [1, 2])
    let two = Canvas(height: 1, width: 1, pixels: [3])
    #expect(
      grid.beside([one, two], space: 1)
        == Canvas(height: 2, width: 3, pixels: [1, 9, 3, 2, 9, 9]))
    #expect(
      grid.stacked([one, two], space: 1)
        == Canvas(height: 4, width: 1, pixels: [1, 2, 9, 3]))
  }

  @Test func coloursKeepTheirPlace() {
    let grid = ImageGrid(gap: 1, background: 9, magnification: 1)
    let canvas = grid.compose(
      [1, 2, 3, 4, 5, 6], height: 1, width: 1, channels: 3, columns: 2)
    #expect(
      canvas
        == Canvas(height: 1, width: 3, channels: 3, pixels: [1, 2, 3, 9, 9, 9, 4, 5, 6]))
    #expect(
      grid.stacked([canvas, canvas], space: 1).pixels
        == canvas.pixels + [9, 9, 9, 9, 9, 9, 9, 9, 9] + canvas.pixels)
  }

  /// Full heat on white is red, and colours keep their share of it.
  @Test func heatOverColours() {
    let canvas = HeatGrid(columns: 1, magnification: 1).compose(
      [255, 255, 255, 10, 20, 40], heat: [1, 1, 1, 0, 0, 0], height: 1, width: 2, channels: 3)
    #expect(canvas.channels == 3)
    #expect(canvas.pixels == [255, 64, 64, 10, 20, 40])
  }
}
