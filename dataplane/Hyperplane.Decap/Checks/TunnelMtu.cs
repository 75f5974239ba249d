namespace Hyperplane.Decap.Checks;

/// <summary>What the headers of a tunnel leave of an interface's MTU.</summary>
internal static class TunnelMtu
{
    private const int IpAndTcpBytes = 40;

    /// <summary>Bytes that each encapsulation adds over IPv4; over IPv6 it is 20 more.</summary>
    public static readonly (string Name, int Bytes)[] Overheads =
        [("IP in IP", 20), ("GRE", 24), ("GUE", 32), ("VXLAN", 50)];

    /// <summary>One line for people.</summary>
    public static string Describe(int mtuBytes)
    {
        IEnumerable<string> left = Overheads.Select(one => $"{one.Name} {mtuBytes - one.Bytes}");
        return $"MTU {mtuBytes}: longest packet inside, over IPv4: {string.Join(", ", left)}; over IPv6 20 less, "
            + $"GRE with a key 4 less. Clients that send 1500: MTU 1570 fits all; or ask them for less: "
            + $"ip route change default … advmss {mtuBytes - Overheads[^1].Bytes - IpAndTcpBytes}";
    }
}
