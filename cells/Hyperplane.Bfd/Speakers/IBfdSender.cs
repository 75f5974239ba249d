namespace Hyperplane.Bfd;

/// <summary>One session's way out.</summary>
internal interface IBfdSender : IDisposable
{
    /// <summary>Sends a packet to the BFD port of an address; 0, or errno.</summary>
    int Send(ReadOnlySpan<byte> packet, uint address);
}
