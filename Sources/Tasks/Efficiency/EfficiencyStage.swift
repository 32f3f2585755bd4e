import Circuits
import Configuration
import Files
import Reports
import Storage
import Workflow

/// How well models do with few training images: test log-likelihood and the train-test gap against
/// their number, over seeds.
struct EfficiencyStage: Stage {
  static let kind = "efficiency"
  static let version = 5
  static let summary =
    "test log-likelihood and train-test gap against training images (SVG, PNG, CSV, HDF5)"
  static let example =
    "efficiency: {kind: efficiency, test: {SPN: spn-metrics}, train: {SPN: spn-metrics}}"
  static let outputs = [
    OutputPort("efficiency", .efficiency, path: "efficiency.h5"),
    OutputPort("test", .figure, path: "efficiency-test.csv"),
    OutputPort("gap", .figure, path: "efficiency-gap.csv"),
  ]
  static let isFigure = true

  let axis: String
  let test: NamedInputs
  let train: NamedInputs

  init(fields: StageFields) throws {
    // The axis of the sweep that says how many training images there were.
    axis = fields.string(
      "axis", default: "images",
      meaning: "axis of the sweep that gives the number of training images")
    test = fields.namedInputs(
      "test", .metrics, meaning: "metrics of the test images, by the names of the models")
    train = fields.namedInputs(
      "train", .metrics, meaning: "metrics of the training images, with the same names")
    fields.requireLabels(
      of: "train", train.map(\.label), toBeThoseOf: "test", test.map(\.label))
    fields.recordPlotter()
  }

  func run(_ context: StageContext) throws {
    var rows: [Row] = []
    let groups = RunGroup.groups(of: test, along: axis)
    for group in groups {
      let trained = train.first { $0.label == group.label }
      for input in group.inputs {
        guard let images = input.variant[axis].flatMap({ Int($0) }), images > 0 else {
          throw AxisFault(axis: axis, stage: input.stage)
        }
        let sibling = trained?.inputs.first { $0.variant == input.variant }
        let own = try MetricsTable.read(context.path(of: input))
        let training = try sibling.map { try MetricsTable.read(context.path(of: $0)) }
        guard let number = own.first else { continue }
        // A gap between two estimators would be none; and a split may have had fewer images.
        let same = training?.first { $0.estimator == number.estimator }
        rows.append(
          Row(
            model: group.name, images: same?.images ?? images, run: input.variant.inWords,
            test: number, training: same?.mean))
      }
    }
    let table = Row.table(of: rows)
    try HDF5File.writeAtomically(to: context.outputPath("efficiency")) {
      try $0.write("/efficiency", table: table)
    }
    try table.writeCSV(to: joinPath(context.folder, "efficiency.csv"))
    let chart = EfficiencyChart(
      title: "Learning from few images",
      models: groups.map { group in
        let own = rows.filter { $0.model == group.name }
        return EfficiencyChart.Model(
          name: group.name,
          runs: own.map {
            EfficiencyChart.Run(images: $0.images, training: $0.training, test: $0.test.mean)
          }, kind: own.first?.test.kindInWords ?? "")
      })
    context.tell(try chart.test.draw(in: context.folder, named: "efficiency-test"))
    context.tell(try chart.gap.draw(in: context.folder, named: "efficiency-gap"))
  }

  /// One trained model.
  private struct Row {
    let model: String
    let images: Int
    let run: String
    let test: MetricsTable.Row
    let training: Double?

    static func table(of rows: [Row]) -> Table {
      Table(
        title: "log-likelihood by number of training images",
        columns: [
          TableColumn("model", .strings(rows.map(\.model))),
          TableColumn("trainingImages", .integers(rows.map { Int64($0.images) })),
          TableColumn("run", .strings(rows.map(\.run))),
          TableColumn("test", unit: "nats/image", .doubles(rows.map(\.test.mean))),
          TableColumn("training", unit: "nats/image", .doubles(rows.map { $0.training ?? .nan })),
          TableColumn(
            "gap", unit: "nats/image",
            .doubles(rows.map { row in row.training.map { $0 - row.test.mean } ?? .nan })),
          TableColumn("estimator", .strings(rows.map(\.test.estimator))),
          TableColumn("likelihood", .strings(rows.map(\.test.kind))),
          TableColumn("outcome", .strings(rows.map(\.test.training))),
        ])
    }
  }
}

/// A sweep that does not say how many training images a result is of (exit code 78).
struct AxisFault: Fault {
  let axis: String
  let stage: String
  var exitCode: ExitCode { .configuration }
  var description: String {
    "stage \(stage.quoted) has no whole number of images on the axis \(axis.quoted) of the sweep: "
      + "write sweep: {\(axis.printable): [100, 300]} and train: $\(axis.printable) in its split"
  }
}
