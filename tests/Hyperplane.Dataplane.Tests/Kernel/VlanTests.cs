using System.Diagnostics;
using System.Net;
using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Kernel;
using Hyperplane.Dataplane.Kernel.Bpf;
using Hyperplane.Dataplane.Model;
using Hyperplane.Dataplane.Packets;
using Hyperplane.Lab;
using static Hyperplane.Dataplane.Tests.Kernel.TestProgram;

namespace Hyperplane.Dataplane.Tests.Kernel;

/// <summary>A fabric whose frames have a VLAN's tag.</summary>
public sealed class VlanTests
{
    private const ushort Vlan = 100;
    private const ushort Priority = 0x6000;

    public VlanTests() => Assert.SkipUnless(RootOnly.Met, RootOnly.Reason);

    [Fact]
    public void Tagged_frames_become_what_they_would_without_and_leave_with_a_tag()
    {
        using var tagged = new TestProgram(vlan: Vlan);
        using var plain = new TestProgram();
        FlowKey nat = Key(Client, 1, Vip, 80);
        FlowKey translated = Key(Client, 2, Vip, 80);
        FlowKey direct = Key(Client, 3, Vip, 80);
        foreach (TestProgram program in (TestProgram[])[tagged, plain])
        {
            Assert.True(program.Flows.TryInstall(nat, Entry(nat, Key(Snat, 9, Target, 8080))));
            Assert.True(program.Flows.TryInstall(
                translated, Entry(translated, Key(Snat6, 9, "2001:db8:a::5", 8080), OtherInterface)));
            Assert.True(program.Flows.TryInstall(direct, new FlowEntry
            {
                Tunnel = new TunnelPath(TunnelKind.Gue, 6_080, 0), NextHop = SameInterface,
                Source = PacketAddress.Of(IPAddress.Parse(NodeAddress)),
                Destination = PacketAddress.Of(IPAddress.Parse(Target)),
            }));
        }

        foreach (int port in (int[])[1, 2, 3, 4])
        {
            byte[] frame = TestFrame.Tcp(Client, port, Vip, 80, payloadBytes: 20);
            (XdpVerdict verdict, byte[] left, PacketCounter counter) = plain.Run(frame);
            (XdpVerdict Verdict, byte[] Left, PacketCounter Counter) run = tagged.Run(Tag(frame, Vlan | Priority));
            Assert.Equal((verdict, counter), (run.Verdict, run.Counter));
            // What the pipeline would get has no tag.
            Assert.Equal(counter == PacketCounter.DropNoSocket ? left : Tag(left, Vlan), run.Left);
        }
    }

    [Fact]
    public void Frames_of_other_VLANs_or_none_are_the_kernels_and_what_is_not_ours_keeps_its_tag()
    {
        using var program = new TestProgram(vlan: Vlan);
        byte[] toVip = TestFrame.Tcp(Client, 1, Vip, 80);
        byte[] toOthers = TestFrame.Tcp(Client, 1, "192.0.2.99", 80);
        byte[] doubled = Tag(Tag(toVip, Vlan), Vlan);
        foreach (byte[] frame in (byte[][])
        [
            toVip, Tag(toVip, Vlan + 1), Tag(toOthers, Vlan | Priority), doubled, Tag(toVip, Vlan)[..17], toVip[..14],
        ])
        {
            (XdpVerdict verdict, byte[] left, PacketCounter counter) = program.Run(frame);
            Assert.Equal((XdpVerdict.Pass, PacketCounter.Passed), (verdict, counter));
            Assert.Equal(frame, left);
        }
    }

    [Fact]
    public void A_connection_opens_with_tags_on_both_sides()
    {
        using var fabric = new Fabric();
        // Or the tag would come beside the frame, where an adapter that takes it off puts it.
        fabric.Router.Run("ethtool", "-K", "node", "txvlan", "off");
        using IDataplane dataplane = fabric.Start(Fabric.Options with { Vlan = Vlan });
        Assert.Null(dataplane.Apply(Fabric.Model));
        using RawSocket near = NamespaceThread.Run(fabric.NearClient, () => new RawSocket("eth0"));
        using Process seen = fabric.Target.Start(
            "tshark", "-l", "-i", "eth0", "-c", "1", "-a", "duration:30", "-f", "vlan 100 and tcp dst port 8080",
            "-T", "fields", "-e", "vlan.id", "-e", "tcp.flags");
        byte[] syn = TestFrame.Tcp("10.0.0.2", 40_000, Fabric.Vip, 80, (byte)TcpFlags.Syn);
        string mac = fabric.Node.Run("cat", "/sys/class/net/eth0/address").Trim();
        Convert.FromHexString(mac.Replace(":", "", StringComparison.Ordinal)).CopyTo(syn, 0);
        near.Send(syn);
        Eventually.Holds(() =>
        {
            near.Send(Tag(syn, Vlan));
            return seen.HasExited;
        });
        Assert.Equal("100\t0x0002", seen.StandardOutput.ReadToEnd().Trim());
        Assert.True(dataplane.ReadCounters().Packets[(int)PacketCounter.Forwarded] > 0);
    }

    [Fact]
    public void A_number_that_no_VLAN_has_is_refused()
    {
        DataplaneOptions options = Fabric.Options with { Vlan = 4_095 };
        Assert.Contains(
            "4095", Assert.Throws<ArgumentException>(() => DataplaneHost.Start(options)).Message,
            StringComparison.Ordinal);
    }

    private static byte[] Tag(byte[] frame, int tag) =>
        [.. frame[..12], 0x81, 0, (byte)(tag >> 8), (byte)tag, .. frame[12..]];
}
