/// What the command line asks for.
struct Options {
  static let usage = """
    usage: benchmark [REPETITIONS, 15 if not given] [--only NAME]...
    NAME is a row or the beginning of one up to a slash; NAME! is that row alone

    """
  private(set) var repetitions = 15
  /// What a child process of the benchmark does instead; see `ChildWork`.
  private(set) var child: ChildWork?
  private var only: [String] = []

  init?(_ arguments: [String]) {
    var rest = arguments[...]
    while let word = rest.popFirst() {
      if word == "--only", let name = rest.popFirst() {
        only.append(name)
      } else if word == "--child", let name = rest.popFirst(), let work = ChildWork(rawValue: name)
      {
        child = work
      } else if let count = Int(word), count >= 1 {
        repetitions = count
      } else {
        return nil
      }
    }
  }

  /// Whole names, or their beginnings up to a slash; a name that ends with `!` is meant alone.
  func wants(_ name: String) -> Bool {
    only.isEmpty || only.contains { name + "!" == $0 || name == $0 || name.hasPrefix($0 + "/") }
  }
}
