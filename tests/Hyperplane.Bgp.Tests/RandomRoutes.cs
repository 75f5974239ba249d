using System.Net;
using System.Net.Sockets;

namespace Hyperplane.Bgp.Tests;

/// <summary>Routes by chance, from a seed.</summary>
internal static class RandomRoutes
{
    public static BgpRoute Next(Random random) =>
        Next(random, random.Next(3) > 0 ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6);

    public static BgpRoute Next(Random random, AddressFamily family) =>
        new(Prefix(random, family), Address(random, family))
        {
            Med = random.Next(2) == 0 ? null : (uint)random.NextInt64(1L << 32),
            LocalPref = random.Next(2) == 0 ? null : (uint)random.NextInt64(1L << 32),
            Prepend = random.Next(3) == 0 ? random.Next(BgpRoute.MaxPrepend + 1) : 0,
            Communities = [.. Enumerable.Range(0, random.Next(4) == 0 ? random.Next(65) : random.Next(3))
                .Select(_ => BgpCommunity.FromValue((uint)random.NextInt64(1L << 32)))],
        };

    public static IEnumerable<IPNetwork> Prefixes(Random random, AddressFamily family) =>
        Enumerable.Range(0, random.Next(1, 100)).Select(_ => Prefix(random, family)).Distinct();

    public static IPNetwork Prefix(Random random, AddressFamily family)
    {
        byte[] bytes = Address(random, family).GetAddressBytes();
        int lengthBits = random.Next(2) == 0 ? bytes.Length * 8 : random.Next(bytes.Length * 8 + 1);
        for (int bit = lengthBits; bit < bytes.Length * 8; bit++)
            bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        return new IPNetwork(new IPAddress(bytes), lengthBits);
    }

    private static IPAddress Address(Random random, AddressFamily family)
    {
        byte[] bytes = new byte[family == AddressFamily.InterNetwork ? 4 : 16];
        random.NextBytes(bytes);
        return new IPAddress(bytes);
    }
}
