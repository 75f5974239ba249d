using Hyperplane.Dataplane.Packets;

namespace Hyperplane.Dataplane.Tests.Sharing;

/// <summary>What two TCPs say to each other.</summary>
internal readonly record struct Segment(TcpFlags Flags, uint Sequence, uint Acknowledgement = 0, int Bytes = 0);
