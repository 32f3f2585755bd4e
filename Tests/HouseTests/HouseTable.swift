/// Who may import whom: the one table of the house's rules, which the tests hold against the code.
///
/// The package manager does not enforce it: an undeclared import of a module that happens to be
/// built compiles. To allow something new, change a line here and say why.
struct HouseRule {
  /// Where in its target a module from outside may be imported.
  enum Place: Equatable {
    case anywhere
    case files(Set<String>)
  }

  let target: String
  /// Our modules and C shims: what may be imported, and what Package.swift declares.
  let ours: Set<String>
  /// Modules of the system, the toolchain and other packages.
  let outside: [String: Place]

  init(_ target: String, _ ours: Set<String> = [], outside: [String: Place] = [:]) {
    self.target = target
    self.ours = ours
    self.outside = outside
  }
}

enum HouseTable {
  static let rules: [HouseRule] = [
    // Level 0: C libraries.
    HouseRule("CHDF5"),
    HouseRule("CZlib"),
    HouseRule("CDeflate"),
    HouseRule("CBLAS"),
    HouseRule("CCrypto"),
    HouseRule("CPNG"),
    HouseRule("CSystem"),
    HouseRule("CProcessor"),

    // Level 0: what knows no domain.
    HouseRule(
      "Numerics", ["CProcessor", "CBLAS"],
      outside: [
        "Dispatch": .files(["ForkJoin.swift", "Crew.swift"]),
        "Synchronization": .files(["Crew.swift", "NextPiece.swift"]),
        "Glibc": .files(["ElementaryFunctions.swift", "Crew.swift"]),
        "Darwin": .files(["ElementaryFunctions.swift", "Crew.swift"]),
      ]),
    HouseRule("Configuration", outside: ["Foundation": .anywhere, "Yams": .anywhere]),
    HouseRule(
      "Files", ["Configuration", "CZlib", "CDeflate", "CCrypto", "CSystem", "CPNG"],
      outside: ["Foundation": .anywhere, "Glibc": .anywhere, "Darwin": .anywhere]),

    // Level 1.
    HouseRule("Circuits", ["Numerics", "Configuration"]),
    HouseRule(
      "Storage", ["Configuration", "Files", "CHDF5"],
      outside: [
        "Foundation": .anywhere,
        // The serial queue that owns HDF5; chunks decompressed beside it.
        "Dispatch": .files(["HDF5Queue.swift", "HDF5RawChunks.swift"]),
      ]),
    HouseRule(
      "Workflow", ["Configuration", "Files"],
      outside: [
        "Foundation": .anywhere, "Synchronization": .anywhere,
        // The threads on which variants run side by side.
        "Dispatch": .files(["SideBySide.swift"]),
      ]),

    // Level 2.
    HouseRule(
      "Datasets", ["Storage", "Numerics", "Configuration", "Files"],
      outside: [
        "Foundation": .anywhere,
        // The thread that reads shards ahead of a training, and the chunks it inflates at once.
        "Dispatch": .files(["ReadAhead.swift", "SampleStream.swift"]),
      ]),

    // Level 3: models over images; and figures, which take plain numbers, no circuits.
    HouseRule(
      "Models", ["Circuits", "Datasets", "Storage", "Numerics", "Configuration", "Files"]),
    HouseRule(
      "Reports", ["Numerics", "Configuration", "Files"],
      outside: ["Foundation": .anywhere]),

    // Level 4: the only glue. Level 5: the commands.
    HouseRule(
      "Tasks",
      [
        "Numerics", "Configuration", "Files", "Circuits", "Storage", "Workflow", "Datasets",
        "Models", "Reports",
      ],
      outside: ["Foundation": .anywhere]),
    HouseRule(
      "tessera", ["Tasks", "Models", "Workflow", "Configuration", "Files"],
      outside: [
        "Foundation": .anywhere, "ArgumentParser": .anywhere,
        "Synchronization": .files(["ProgressPrinter.swift"]),
      ]),
    HouseRule(
      "benchmark", ["Numerics", "Circuits", "Files", "Datasets"],
      outside: ["Foundation": .anywhere]),
  ]

  /// Each of these has one target that imports it, so that it can be replaced in one place.
  static let soleImporters: [String: String] = [
    "CHDF5": "Storage", "CZlib": "Files", "CDeflate": "Files", "CCrypto": "Files",
    "CPNG": "Files", "CSystem": "Files", "CProcessor": "Numerics", "CBLAS": "Numerics",
    "Yams": "Configuration",
    "ArgumentParser": "tessera",
  ]

  /// The targets that may print: all others return values, and tell progress by events.
  static let printers: Set<String> = ["tessera", "benchmark"]

  /// Modules of other packages, as Package.swift declares them.
  static let products: Set<String> = ["Yams", "ArgumentParser"]

  static func rule(_ target: String) -> HouseRule? { rules.first { $0.target == target } }
}
