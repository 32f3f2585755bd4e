import Images
import Testing

@Suite struct ImageGridTests {
  @Test func composesRowByRow() {
    let grid = ImageGrid(gap: 1, background: 9)
    let canvas = grid.compose([1, 2, 3], height: 1, width: 1, columns: 2)
    #expect(canvas == GreyCanvas(height: 3, width: 3, pixels: [1, 9, 2, 9, 9, 9, 3, 9, 9]))
  }

  @Test func magnifies() {
    let grid = ImageGrid(gap: 0, background: 0, magnification: 2)
    let canvas = grid.compose([1, 2], height: 1, width: 2, columns: 1)
    #expect(canvas == GreyCanvas(height: 2, width: 4, pixels: [1, 1, 2, 2, 1, 1, 2, 2]))
  }

  @Test func nothingIsOnePixelOfBackground() {
    let canvas = ImageGrid(background: 7).compose([], height: 28, width: 28, columns: 4)
    #expect(canvas == GreyCanvas(height: 1, width: 1, pixels: [7]))
  }

  @Test func blocksBesideAndBelow() {
    let grid = ImageGrid(gap: 0, background: 9)
    let one = GreyCanvas(height: 2, width: 1, pixels: [1, 2])
    let two = GreyCanvas(height: 1, width: 1, pixels: [3])
    #expect(
      grid.beside([one, two], space: 1)
        == GreyCanvas(height: 2, width: 3, pixels: [1, 9, 3, 2, 9, 9]))
    #expect(
      grid.stacked([one, two], space: 1)
        == GreyCanvas(height: 4, width: 1, pixels: [1, 2, 9, 3]))
  }
}
