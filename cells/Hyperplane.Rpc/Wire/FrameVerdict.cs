namespace Hyperplane.Rpc;

/// <summary>What the bytes received so far are.</summary>
internal enum FrameVerdict
{
    /// <summary>No whole message yet.</summary>
    Incomplete,

    /// <summary>One whole message.</summary>
    Message,

    /// <summary>The flag says compressed, which was never offered.</summary>
    Compressed,

    /// <summary>A flag that the protocol does not have.</summary>
    BadFlag,

    /// <summary>The prefix announces more than the limit.</summary>
    TooLarge,
}
