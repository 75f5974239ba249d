using System.Runtime.InteropServices;

namespace Hyperplane.Dataplane.Kernel.Bpf;

/// <summary>The XDP program's settings, fixed at load: <c>struct config</c> in <c>bpf/hyperplane.h</c>.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 8, Size = 80)]
internal struct ProgramConfig
{
    /// <summary>Our frames are dropped when a heartbeat is older; 0 = never.</summary>
    public ulong StallTimeoutNs;

    /// <summary>Half of the key of challenges' numbers.</summary>
    public ulong CookieKeyFirst;

    /// <summary>The other half.</summary>
    public ulong CookieKeyLast;

    /// <summary>How long a source that answered a challenge is known.</summary>
    public ulong KnownSourceNs;

    /// <summary>What a challenge costs of their rate; 0 = no challenges.</summary>
    public ulong ChallengeCostNs;

    /// <summary>Heartbeats that are watched, 1 to 16.</summary>
    public uint Pipelines;

    /// <summary>Listener counters of one CPU.</summary>
    public uint CounterSlots;

    /// <summary>Target counters of one CPU.</summary>
    public uint TargetSlots;

    /// <summary>Where tunnelled frames of other nodes arrive, network order; 0 = nowhere.</summary>
    public uint TunnelAddressBe;

    /// <summary>First four bytes of our MAC address.</summary>
    public uint OwnMacFirst;

    /// <summary>Last two bytes of our MAC address.</summary>
    public ushort OwnMacLast;

    /// <summary>0 = frames to any MAC address are taken.</summary>
    public ushort ChecksMac;

    /// <summary>The longest packet that tunnels carry, outer headers included.</summary>
    public uint TunnelMtuBytes;

    /// <summary>The longest packet that leaves.</summary>
    public uint MtuBytes;

    /// <summary>Of the VLAN whose tag every frame has, network order; 0 = no tags.</summary>
    public ushort VlanBe;
}
