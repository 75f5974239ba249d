namespace Hyperplane.Dataplane.Io;

/// <summary>A frame's place in its <see cref="IFrameIo"/>'s memory.</summary>
/// <param name="Offset">First byte of the Ethernet header.</param>
/// <param name="LengthBytes">Without frame check sequence.</param>
public readonly record struct FrameSlot(long Offset, int LengthBytes);
