import Configuration

/// The fields of one stage of a pipeline, inputs included.
package final class StageFields {
}
