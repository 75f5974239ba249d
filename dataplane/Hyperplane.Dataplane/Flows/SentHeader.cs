using System.Runtime.InteropServices;

namespace Hyperplane.Dataplane.Flows;

/// <summary>What a flow's proxy protocol header is sent again with: as the client said it beside its
/// acknowledgement.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct SentHeader
{
    /// <summary>The client's timestamp (RFC 7323).</summary>
    public uint Timestamp;

    /// <summary>The target's timestamp that the client echoed.</summary>
    public uint TimestampEcho;

    /// <summary>The client's window, as it stands in a segment.</summary>
    public ushort Window;

    /// <summary>Whether the ends use timestamps.</summary>
    public bool HasTimestamps;

    /// <summary>How often the header's wait ended without an answer.</summary>
    public byte Waits;
}
