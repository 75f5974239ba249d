namespace Hyperplane.Bgp.Messages;

/// <summary>What the first bytes of a stream turned out to be.</summary>
internal enum FrameVerdict
{
    /// <summary>The message is not whole yet.</summary>
    NeedMore,

    /// <summary>One whole message with a sound header.</summary>
    Complete,

    /// <summary>The header is wrong: the session ends with a message header error.</summary>
    Bad,
}
