/// The gnuplot program.
package struct Gnuplot: Sendable {
  /// A name to be found through `PATH`, or a path.
  package var executable: String

  package init(executable: String = "gnuplot") { self.executable = executable }

  /// Whether there is a program to start. Throws: `FileFault` where it cannot be examined.
  package func isInstalled() throws -> Bool { try tool.path() != nil }

  /// Runs a script in its folder and waits. What the user's own settings would change in the
  /// pictures is kept out. Throws as `ExternalTool.run`.
  func run(_ script: String, in folder: String) throws -> ExternalTool.Outcome {
    try tool.run(["-d", "./\(script)"], in: folder) { variable in
      variable.hasPrefix("GNUPLOT") || ["GNUTERM", "GDFONTPATH"].contains(variable)
    }
  }

  private var tool: ExternalTool { ExternalTool(executable: executable) }
}
