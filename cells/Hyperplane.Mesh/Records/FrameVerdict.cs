namespace Hyperplane.Mesh.Records;

/// <summary>What <see cref="FrameReader"/> found.</summary>
internal enum FrameVerdict
{
    /// <summary>A message.</summary>
    Message,

    /// <summary>More bytes are needed.</summary>
    More,

    /// <summary>A length out of range.</summary>
    BadLength,

    /// <summary>A frame that does not open.</summary>
    BadTag,

    /// <summary>Messages that do not fill their frame.</summary>
    Malformed,
}
