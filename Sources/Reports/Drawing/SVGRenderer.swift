/// librsvg's program `rsvg-convert`, which makes the PNG of an SVG file.
package struct SVGRenderer: Sendable {
  /// A name to be found through `PATH`, or a path.
  package var executable: String

  package init(executable: String = "rsvg-convert") { self.executable = executable }

  /// Whether there is a program to start. Throws: `FileFault` where it cannot be examined.
  package func isInstalled() throws -> Bool { try tool.path() != nil }

  /// Makes one file of a folder from another there, and waits. Throws as `ExternalTool.run`.
  func run(_ svg: String, to png: String, width: Int, height: Int, in folder: String) throws
    -> ExternalTool.Outcome
  {
    // --unlimited: embedded pictures may be longer than the 10 MB that libxml2 takes for an
    // attribute.
    try tool.run(
      [
        "--unlimited", "--width", "\(width)", "--height", "\(height)", "--output", "./\(png)",
        "./\(svg)",
      ], in: folder)
  }

  private var tool: ExternalTool { ExternalTool(executable: executable) }
}
