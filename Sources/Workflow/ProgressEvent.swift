/// What a run tells while it works; how it is shown is for the command to say.
package enum ProgressEvent: Hashable, Sendable {
  /// `reason`: why the stage was not found in the cache.
  case stageStarted(stage: String, kind: String, reason: String)
  case progress(stage: String, completed: Int, total: Int, unit: String, detail: String)
  case note(stage: String, text: String)
  case warning(stage: String, text: String)
  case stageCached(stage: String)
  case stageFinished(stage: String, seconds: Double)
  /// Published files that were missing or edited, and were written again.
  case stageRestored(stage: String, files: [String])
}
