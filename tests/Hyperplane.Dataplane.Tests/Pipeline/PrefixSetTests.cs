using System.Net;
using FsCheck;
using FsCheck.Fluent;
using Hyperplane.Dataplane.Packets;
using Hyperplane.Dataplane.Pipeline;

namespace Hyperplane.Dataplane.Tests.Pipeline;

public sealed class PrefixSetTests
{
    [Fact]
    public void Prefixes_are_told_to_the_bit()
    {
        PrefixSet set = Of("10.1.0.0/16", "10.1.2.0/24", "203.0.113.9/32", "255.255.255.0/24", "2001:db8::/32");
        string[] inside =
        [
            "10.1.0.0", "10.1.2.3", "10.1.255.255", "203.0.113.9", "255.255.255.255", "2001:db8::",
            "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff",
        ];
        string[] outside =
        [
            "0.0.0.0", "10.0.255.255", "10.2.0.0", "203.0.113.8", "203.0.113.10", "255.255.254.255", "2001:db7:ffff::",
            "2001:db9::", "::",
        ];
        Assert.All(inside, text => Assert.True(set.Contains(Address(text))));
        Assert.All(outside, text => Assert.False(set.Contains(Address(text))));
        Assert.False(Of().Contains(0));
    }

    [Theory]
    [InlineData("::/0")]
    [InlineData("::/64")]
    [InlineData("::/95")]
    public void A_prefix_of_one_family_has_no_address_of_the_other(string around)
    {
        Assert.True(Of(around).Contains(Address("::1")));
        Assert.False(Of(around).Contains(Address("0.0.0.0")));
        Assert.False(Of(around).Contains(Address("255.255.255.255")));
        Assert.True(Of(around, "192.0.2.0/24").Contains(Address("192.0.2.9")));
        Assert.True(Of("0.0.0.0/0").Contains(Address("255.255.255.255")));
        Assert.False(Of("0.0.0.0/0").Contains(Address("::1")));
        Assert.False(Of("0.0.0.0/0").Contains(Address("::1:0:0:0")));
    }

    [Fact]
    public void Any_prefixes_have_the_addresses_that_one_by_one_they_have() => Prop.ForAll<int>(seed =>
    {
        var random = new Random(seed);
        IPNetwork[] prefixes = [.. Enumerable.Range(0, random.Next(65)).Select(_ => Prefix(random))];
        var set = new PrefixSet([.. prefixes]);
        for (int i = 0; i < 200; i++)
        {
            IPAddress address = random.Next(2) == 0 || prefixes.Length == 0
                ? new IPAddress(Bytes(random))
                : Near(random, prefixes[random.Next(prefixes.Length)]);
            Assert.Equal(
                prefixes.Any(prefix => prefix.Contains(address)), set.Contains(PacketAddress.Of(address)));
        }
    }).QuickCheckThrowOnFailure();

    private static PrefixSet Of(params string[] prefixes) => new([.. prefixes.Select(text => IPNetwork.Parse(text))]);

    private static PacketAddress Address(string text) => PacketAddress.Of(IPAddress.Parse(text));

    /// <summary>Of few different bytes, so that prefixes meet; half of them short.</summary>
    private static IPNetwork Prefix(Random random)
    {
        byte[] bytes = Bytes(random);
        int length = random.Next((bytes.Length * 8) + 1);
        if (random.Next(2) == 0)
            length %= 20;
        for (int bit = length; bit < bytes.Length * 8; bit++)
            bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
        return new IPNetwork(new IPAddress(bytes), length);
    }

    /// <summary>No IPv6 address in the form of IPv4's: no packet has one.</summary>
    private static byte[] Bytes(Random random)
    {
        byte[] bytes = new byte[random.Next(2) == 0 ? 4 : 16];
        for (int i = 0; i < bytes.Length; i++)
            bytes[i] = (byte)(random.Next(3) == 0 ? 0 : random.Next(2) == 0 ? 255 : random.Next(256));
        return new IPAddress(bytes).IsIPv4MappedToIPv6 ? new byte[16] : bytes;
    }

    /// <summary>The first or last address, or the one before or behind.</summary>
    private static IPAddress Near(Random random, IPNetwork prefix)
    {
        byte[] bytes = prefix.BaseAddress.GetAddressBytes();
        if (random.Next(2) == 0)
        {
            for (int bit = prefix.PrefixLength; bit < bytes.Length * 8; bit++)
                bytes[bit / 8] |= (byte)(0x80 >> (bit % 8));
        }
        int step = random.Next(-1, 2);
        for (int i = bytes.Length - 1; i >= 0 && step != 0; i--)
        {
            int sum = bytes[i] + step;
            bytes[i] = (byte)sum;
            step = sum is < 0 or > 255 ? step : 0;
        }
        var address = new IPAddress(bytes);
        return address.IsIPv4MappedToIPv6 ? IPAddress.IPv6Any : address;
    }
}
