namespace Hyperplane.Flows.Tests.Traffic;

/// <summary>What a seed stands for, but for the times of its faults.</summary>
/// <param name="Seed">Of all chance.</param>
/// <param name="Nodes">3 to 5.</param>
/// <param name="Loss">The share of frames that are lost; as many come twice.</param>
/// <param name="Ports">Source ports of a node: few ones are used again and again.</param>
/// <param name="Connections">TCP connections.</param>
/// <param name="DatagramFlows">UDP flows.</param>
/// <param name="Faults">How many faults of which kind, in order.</param>
/// <param name="Joins">One node is no member at first.</param>
internal sealed record Scenario(
    int Seed, int Nodes, double Loss, int Ports, int Connections, int DatagramFlows, IReadOnlyList<FaultKind> Faults,
    bool Joins)
{
    private const long SecondNs = 1_000_000_000;

    /// <summary>Source addresses of a node, a start uses one after another: with one, every start has the ports of the
    /// one before.</summary>
    public int Leases => (Seed & 3) == 0 ? 1 : 4;

    /// <summary>No segment of an established connection may take longer until it is acknowledged.</summary>
    public long LongestStallNs => Loss > 0 ? 8 * SecondNs : 3 * SecondNs;

    /// <summary>The scenario of a seed.</summary>
    public static Scenario Draw(int seed)
    {
        var chance = new Random(seed);
        FaultKind[] kinds = Enum.GetValues<FaultKind>();
        var faults = new FaultKind[chance.Next(1, 5)];
        for (int i = 0; i < faults.Length; i++)
            faults[i] = kinds[chance.Next(kinds.Length)];
        return new Scenario(
            seed, chance.Next(3, 6), chance.Next(2) == 0 ? 0 : 0.01, chance.Next(2) == 0 ? 64_000 : 128,
            chance.Next(10, 31), chance.Next(0, 8), faults, chance.Next(5) == 0);
    }

    public override string ToString() =>
        $"seed {Seed}: {Nodes} nodes{(Joins ? ", one joins" : "")}, loss {Loss}, {Leases} × {Ports} ports, "
        + $"{Connections} connections, {DatagramFlows} datagram flows, faults {string.Join(", ", Faults)}";
}
