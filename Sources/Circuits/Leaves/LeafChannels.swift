import Configuration

/// How the channels of a pixel go together within a unit, by name.
///
/// Independent values have no other tie than the unit unless `joint` gives each pixel components of its
/// own. In neural leaves one latent speaks for all channels, which are so joint, unless `independent`
/// gives every channel a network of its own.
package enum LeafChannels: Sendable, Equatable {
  package static let field = "channels"
  package static let independent = "independent"
  package static let joint = "joint"
  package static let components = "components"

  case independentOfEachOther
  /// - Parameter components: of each pixel, in leaves of independent values; nil where not written.
  case together(components: Int?)

  /// Components of a pixel where none are written.
  package static let usualComponents = 4

  package static let catalogue = Catalogue<LeafChannels>(
    "channels",
    [
      .init(independent, "each channel by itself: the default of independent values") { _ in
        .independentOfEachOther
      },
      .init(
        joint,
        "each pixel a mixture of components; neural leaves: one latent for all, their default",
        example: "{kind: joint, components: 4}"
      ) { fields in
        fields.mention(components)
        return .together(
          components: fields.has(components)
            ? fields.int(
              components, in: 1...256,
              meaning:
                "components of each pixel, of leaves of independent values; 4 where it is not written"
            ) : nil)
      },
    ])
}
