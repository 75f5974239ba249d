namespace Hyperplane.Dataplane.Io;

/// <summary>One frame of a capture.</summary>
/// <param name="TimeNs">Nanoseconds since 1970.</param>
/// <param name="OriginalBytes">Length on the wire; more than was captured when the capture cut it.</param>
/// <param name="Frame">What was captured; valid until the next read.</param>
public readonly record struct PcapRecord(long TimeNs, uint OriginalBytes, ReadOnlyMemory<byte> Frame);
