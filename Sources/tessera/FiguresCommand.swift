import ArgumentParser
import Workflow

struct FiguresCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "figures",
    abstract: "Draws every picture of a pipeline again from stored results; runs nothing else.",
    discussion: """
      Use it after a drawing tool has changed, or for figures of newly measured times. The results that \
      they are drawn from must be in the cache: run the pipeline first. Samples, completions, anomalies \
      and measured benefits are computed again from the stored models.

      EXAMPLES
        tessera figures Pipelines/quickstart.yaml
        tessera figures Pipelines/quickstart.yaml --set stages.spn.epochs=20
      """)

  @OptionGroup var options: PipelineOptions

  mutating func run() throws {
    let pipeline = try options.read()
    let printer = ProgressPrinter(steps: pipeline.stages.count { $0.type.isFigure })
    let runner = options.runner(pipeline, printer)
    do {
      try RunReport.after(runner.redraw, finish: printer)
    } catch var missing as MissingResults {
      missing.file = options.pipeline
      throw missing
    }
  }
}
