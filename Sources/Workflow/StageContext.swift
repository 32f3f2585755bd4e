/// What a running stage sees of the world.
package final class StageContext {
}
