namespace Hyperplane.Dataplane.FlowLogs;

/// <summary>Frames of a flow that were forwarded, and their bytes as they came in, by direction.</summary>
public record struct FlowCounts(ulong PacketsIn, ulong BytesIn, ulong PacketsOut, ulong BytesOut);
