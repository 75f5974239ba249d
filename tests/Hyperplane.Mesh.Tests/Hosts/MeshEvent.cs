namespace Hyperplane.Mesh.Tests.Hosts;

/// <summary>What a handler was told.</summary>
public abstract record MeshEvent;

public sealed record WentUp(ushort Node, ulong Start) : MeshEvent;

public sealed record WentDown(ushort Node, ulong Start, MeshDownReason Reason) : MeshEvent;

public sealed record GotMessage(ushort Node, byte Type, byte[] Body) : MeshEvent;
