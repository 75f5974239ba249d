namespace Hyperplane.Dataplane.Kernel.Bpf;

/// <summary>What an address is to us: <c>enum own</c> in <c>bpf/hyperplane.h</c>.</summary>
internal enum OwnKind : uint
{
    /// <summary>All frames to it are ours.</summary>
    Address = 1,

    /// <summary>The kernel's; ours are errors about packets that we put into tunnels.</summary>
    TunnelSource = 2,
}
