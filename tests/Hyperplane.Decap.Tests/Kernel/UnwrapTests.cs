using System.Net;
using Hyperplane.Decap.Hooks;
using Hyperplane.Decap.Kernel;
using Hyperplane.Lab;

namespace Hyperplane.Decap.Tests.Kernel;

/// <summary>Named packets that come out of their tunnel.</summary>
public sealed class UnwrapTests
{
    private static readonly int[] Versions = [4, 6];

    public UnwrapTests() => Assert.SkipUnless(RootOnly.Met, RootOnly.Reason);

    public static TheoryData<string, Encapsulation> Programs => new(
        from hook in Enum.GetNames<HookKind>()
        from encapsulation in Enum.GetValues<Encapsulation>()
        select (hook, encapsulation));

    [Theory]
    [MemberData(nameof(Programs))]
    public void The_packet_inside_comes_out_byte_for_byte_behind_the_outer_frames_addresses(
        string hook, Encapsulation encapsulation)
    {
        using var decapsulator = new TestDecapsulator(Enum.Parse<HookKind>(hook));
        foreach (int outer in Versions)
        {
            foreach (int inner in Versions)
            {
                foreach (int payloadBytes in new[] { 0, 1, 1_400 })
                {
                    byte[] packet = Wire.Inner(inner, payloadBytes);
                    (DecapCounter counter, byte[] left) =
                        decapsulator.Run(Wire.Wrapped(encapsulation, outer, packet));
                    Assert.Equal(Counter(encapsulation), counter);
                    Assert.Equal(Wire.Frame(packet), left);
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Programs))]
    public void Padding_of_a_short_frame_stays_behind_the_packet(string hook, Encapsulation encapsulation)
    {
        using var decapsulator = new TestDecapsulator(Enum.Parse<HookKind>(hook));
        byte[] packet = Wire.Inner(4, 0);
        (DecapCounter counter, byte[] left) =
            decapsulator.Run([.. Wire.Wrapped(encapsulation, 4, packet), .. new byte[6]]);
        Assert.Equal(Counter(encapsulation), counter);
        Assert.Equal([.. Wire.Frame(packet), .. new byte[6]], left);
    }

    /// <summary>RFC 6040, figure 4; rows: mark inside, columns: mark outside; −1 is a drop.</summary>
    [Theory]
    [InlineData(nameof(HookKind.Tc))]
    [InlineData(nameof(HookKind.Xdp))]
    public void Congestion_marks_leave_the_tunnel_with_the_packet(string hook)
    {
        int[][] marks =
        [
            //      not-ECT ECT(1) ECT(0) CE outside
            /* not */ [0, 0, 0, -1],
            /* ECT(1) */ [1, 1, 1, 3],
            /* ECT(0) */ [2, 1, 2, 3],
            /* CE */ [3, 3, 3, 3],
        ];
        using var decapsulator = new TestDecapsulator(Enum.Parse<HookKind>(hook));
        foreach ((int outer, int inner) in from o in Versions from i in Versions select (o, i))
        {
            for (int inside = 0; inside < 4; inside++)
            {
                for (int outside = 0; outside < 4; outside++)
                {
                    byte[] frame = Wire.Wrapped(Encapsulation.Gue, outer, Wire.Inner(inner, mark: inside), outside);
                    (DecapCounter counter, byte[] left) = decapsulator.Run(frame);
                    int expected = marks[inside][outside];
                    Assert.Equal(expected < 0 ? DecapCounter.DropCongestion : DecapCounter.UnwrappedGue, counter);
                    Assert.Equal(expected < 0 ? frame : Wire.Frame(Wire.Inner(inner, mark: expected)), left);
                }
            }
        }
    }

    [Theory]
    [InlineData(nameof(HookKind.Tc))]
    [InlineData(nameof(HookKind.Xdp))]
    public void Fragments_and_options_inside_are_the_kernels_to_deal_with(string hook)
    {
        using var decapsulator = new TestDecapsulator(Enum.Parse<HookKind>(hook));
        byte[] fragment = Wire.Inner(4);
        fragment[6] = 0x20;
        Wire.SetHeaderChecksum(fragment);
        Assert.Equal(
            Wire.Frame(fragment), decapsulator.Run(Wire.Wrapped(Encapsulation.Ip, 4, fragment)).Frame);
        byte[] options = Wire.Inner(4);
        options[0] = 0x46;
        Wire.SetHeaderChecksum(options);
        Assert.Equal(
            Wire.Frame(options), decapsulator.Run(Wire.Wrapped(Encapsulation.Vxlan, 6, options)).Frame);
    }

    [Theory]
    [InlineData(nameof(HookKind.Tc))]
    [InlineData(nameof(HookKind.Xdp))]
    public void Other_settings_take_other_packets(string hook)
    {
        using var decapsulator = new TestDecapsulator(Enum.Parse<HookKind>(hook), settings => settings with
        {
            Vips = [], Vni = null, GuePort = 6_081, Sources = [IPNetwork.Parse("::/0")],
        });
        byte[] gue = Wire.Wrapped(Encapsulation.Gue, 6, Wire.Inner(4));
        Assert.Equal(DecapCounter.PassNoTunnel, decapsulator.Run(gue).Counter);
        gue[Wire.EthernetBytes + 40 + 3]++;
        Assert.Equal(DecapCounter.UnwrappedGue, decapsulator.Run(gue).Counter);
        byte[] vxlan = Wire.Wrapped(
            Encapsulation.Vxlan, 6, Wire.Ip(4, Wire.Client(4), "198.51.100.1", 6, new byte[20]));
        vxlan[Wire.EthernetBytes + 40 + 8 + 4] = 9;
        Assert.Equal(DecapCounter.UnwrappedVxlan, decapsulator.Run(vxlan).Counter);
        Assert.Equal(
            DecapCounter.PassSourceNotAllowed,
            decapsulator.Run(Wire.Wrapped(Encapsulation.Ip, 4, Wire.Inner(4))).Counter);
    }

    internal static DecapCounter Counter(Encapsulation encapsulation) => encapsulation switch
    {
        Encapsulation.Ip => DecapCounter.UnwrappedIp,
        Encapsulation.Gre or Encapsulation.GreWithKey => DecapCounter.UnwrappedGre,
        Encapsulation.Gue => DecapCounter.UnwrappedGue,
        _ => DecapCounter.UnwrappedVxlan,
    };
}
