import Configuration

/// An empty argument, which no option of this program accepts: as a path it would mean the current folder, and mostly
/// it comes from a variable of the shell that is not set.
struct EmptyArgument: Fault {
  /// The option whose value it is; nil for one of the arguments without a name.
  let option: String?

  /// Nil where every argument has a character.
  init?(_ arguments: [String]) {
    for (index, argument) in arguments.enumerated() {
      if argument.isEmpty {
        let before = index > 0 ? arguments[index - 1] : ""
        option = before.hasPrefix("-") && !before.contains("=") ? before : nil
        return
      }
      // `--cache=`, but not the `seed=` of `--set=seed=`.
      if argument.hasPrefix("--"), argument.firstIndex(of: "=") == argument.indices.last {
        option = String(argument.dropLast())
        return
      }
    }
    return nil
  }

  var exitCode: ExitCode { .usage }
  var description: String {
    "\(option?.printable ?? "an argument"): expected a value, found an empty one "
      + "(is a variable of the shell not set?)"
  }
}
