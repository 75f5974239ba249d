using System.Numerics;
using Hyperplane.Dataplane.Packets;

namespace Hyperplane.Dataplane.Counters;

/// <summary>What became of the SYNs that a target got: one word, so that a reader sees it whole.</summary>
/// <remarks>Of TCP flows in mode nat. A client that gives up by a reset before the target answered counts for
/// nothing.</remarks>
/// <param name="Answered">SYN-ACKs of flows since the start, modulo 65,536.</param>
/// <param name="Failed">Flows since the last SYN-ACK that the target refused by a reset or did not answer within the
/// half-open time; at most 65,535.</param>
/// <param name="ClientBits">A bit of 32 for the address of each of their clients, by its hash.</param>
public readonly record struct ConnectCounters(ushort Answered, ushort Failed, uint ClientBits)
{
    /// <summary>How many clients they had at least.</summary>
    public int Clients => BitOperations.PopCount(ClientBits);

    internal static ConnectCounters Of(ulong word) => new((ushort)word, (ushort)(word >> 16), (uint)(word >> 32));

    internal ulong Word => Answered | ((ulong)Failed << 16) | ((ulong)ClientBits << 32);

    internal ConnectCounters WithAnswer() => new(unchecked((ushort)(Answered + 1)), 0, 0);

    internal ConnectCounters WithFailure(PacketAddress client) => this with
    {
        Failed = (ushort)Math.Min(Failed + 1, ushort.MaxValue),
        ClientBits = ClientBits
            | (1u << (int)(((client.First * 0x9e37_79b9_7f4a_7c15) ^ (client.Last * 0xc2b2_ae3d_27d4_eb4f)) >> 59)),
    };

    /// <summary>What several pipelines counted.</summary>
    internal static ConnectCounters Sum(IEnumerable<ConnectCounters> parts) => parts.Aggregate((sum, one) => new(
        unchecked((ushort)(sum.Answered + one.Answered)),
        (ushort)Math.Min(sum.Failed + one.Failed, ushort.MaxValue),
        sum.ClientBits | one.ClientBits));
}
