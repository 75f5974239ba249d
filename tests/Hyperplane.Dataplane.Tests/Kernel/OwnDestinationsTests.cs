using System.Net;
using System.Runtime.CompilerServices;
using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Io;
using Hyperplane.Dataplane.Kernel.Bpf;
using Hyperplane.Lab;
using static Hyperplane.Dataplane.Tests.Kernel.TestProgram;

namespace Hyperplane.Dataplane.Tests.Kernel;

/// <summary>The sets that spare the program a look-up: they may hold too much, never too little.</summary>
public sealed class OwnDestinationsTests
{
    public OwnDestinationsTests() => Assert.SkipUnless(RootOnly.Met, RootOnly.Reason);

    [Fact]
    public void Both_sides_have_sets_of_one_size()
    {
        using var program = new TestProgram();
        Assert.Equal(Unsafe.SizeOf<OwnDestinations>(), program.Program.OwnDestinations.ValueBytes);
    }

    [Theory]
    [InlineData(4, 32)]
    [InlineData(16, 128)]
    public void No_address_of_a_prefix_of_any_length_goes_to_the_kernel(int addressBytes, int longest)
    {
        var random = new Random(20260807);
        using var program = new TestProgram();
        var prefixes = new PrefixMap(program.Program, tunnelAddressBe: 0);
        for (int length = 1; length <= longest; length++)
        {
            byte[] address = new byte[addressBytes];
            random.NextBytes(address);
            // 64.0.0.0/4 and 2000::/4: no multicast.
            address[0] = (byte)((addressBytes == 4 ? 0x40 : 0x20) | (address[0] & 0xf));
            byte[] inside = [.. address];
            byte[] network = [.. address];
            for (int bit = length; bit < longest; bit++)
            {
                network[bit / 8] &= (byte)~(0x80 >> (bit % 8));
                inside[bit / 8] ^= (byte)(random.Next(2) << (7 - (bit % 8)));
            }
            prefixes.Use([new IPNetwork(new IPAddress(network), length)], []);
            Assert.Equal(PacketCounter.DropNoSocket, program.Run(Frame(new IPAddress(inside))).Counter);
        }
    }

    [Fact]
    public void What_is_beside_a_single_address_is_not_even_looked_up()
    {
        using var program = new TestProgram();
        new PrefixMap(program.Program, tunnelAddressBe: 0).Use(
            [IPNetwork.Parse("203.0.113.10/32"), IPNetwork.Parse("2001:db8:10::10/128")], []);
        // Behind the sets' back: whoever looks finds that all is ours.
        Assert.Equal(0, program.Program.OwnPrefixes.Update(
            OwnPrefixKey.From(IPNetwork.Parse("0.0.0.0/0")), OwnKind.Address));
        Assert.Equal(0, program.Program.OwnPrefixes6.Update(
            OwnPrefixKey6.From(IPNetwork.Parse("::/0")), OwnKind.Address));
        foreach (string address in new[] { "203.0.113.11", "203.0.113.200", "2001:db8:10::11", "2001:db8:10:1::10" })
            Assert.Equal(PacketCounter.Passed, program.Run(Frame(IPAddress.Parse(address))).Counter);
        foreach (string address in new[] { "203.0.113.10", "2001:db8:10::10" })
            Assert.Equal(PacketCounter.DropNoSocket, program.Run(Frame(IPAddress.Parse(address))).Counter);
    }

    [Fact]
    public void The_IPv4_side_of_a_flow_to_an_IPv6_target_is_found_by_program_and_cache_and_goes_with_it()
    {
        using var program = new TestProgram();
        FlowKey key = Key(Client, 40_000, Vip, 80);
        FlowKey out6 = Key(Snat6, 20_000, "2001:db8:a::5", 8080);
        byte[] frame = TestFrame.Tcp(Client, 40_000, Vip, 80);
        Assert.True(program.Flows.TryInstall(key, Entry(key, out6)));
        Assert.Equal(PacketCounter.Translated, program.Run(frame).Counter);
        Assert.True(program.Program.Cache.TryRead(key, out FlowEntry entry));
        Assert.NotEqual(0u, entry.LastSeen);
        Assert.True(program.Flows.TryRemove(key));
        Assert.False(program.Flows.TryRemove(key));
        Assert.Equal(PacketCounter.DropNoSocket, program.Run(frame).Counter);
        // A VIP may have targets of both families.
        FlowKey out4 = Key(Snat, 20_001, Target, 8080);
        Assert.True(program.Flows.TryInstall(key, Entry(key, out4)));
        Assert.Equal(PacketCounter.Forwarded, program.Run(frame).Counter);
    }

    private static byte[] Frame(IPAddress destination) => destination.GetAddressBytes().Length == 4
        ? TestFrame.Udp(Client, 1, destination.ToString(), 53)
        : TestFrame.Udp("2001:db8:c::1", 1, destination.ToString(), 53);
}
