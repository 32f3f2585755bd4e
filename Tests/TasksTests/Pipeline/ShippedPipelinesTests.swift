import Testing
import Workflow

extension StagesSuite {
  /// Every file of `Pipelines` is a pipeline that can be planned.
  @Suite struct ShippedPipelinesTests {
    @Test func everyPipelineIsPlanned() throws {
      let standIns = try StandIns()
      let settings = RunSettings(
        output: standIns.sandbox.path("Output"), cache: standIns.sandbox.path("Cache"), workers: 2)
      let files = try StandIns.pipelineFiles()
      #expect(files.count >= 15, "\(files)")
      for file in files {
        let pipeline = try standIns.pipeline(file)
        let runner = Runner(
          pipeline, settings: settings, cancellation: Cancellation(), tell: { _ in })
        let planned = try runner.preview()
        #expect(planned.count == pipeline.stages.count, "\(file)")
        #expect(planned.allSatisfy { $0.status == .wouldRun }, "\(file)")
        let withoutMemory = planned.filter { $0.kind == "train" && $0.memory == nil }.map(\.name)
        #expect(withoutMemory.isEmpty, "\(file): no forecast of memory")
      }
    }
  }
}
