using System.Diagnostics;
using System.Net;
using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Kernel;
using Hyperplane.Dataplane.Model;
using Hyperplane.Lab;

namespace Hyperplane.Dataplane.Tests.Kernel;

/// <summary>A whole dataplane between real clients and a real server.</summary>
public sealed class DataplaneHostTests : IDisposable
{
    private readonly Fabric? _fabric;

    public DataplaneHostTests()
    {
        Assert.SkipUnless(RootOnly.Met, RootOnly.Reason);
        _fabric = new Fabric();
    }

    public void Dispose() => _fabric?.Dispose();

    [Fact]
    public void Connections_from_near_and_far_reach_the_target_and_every_frame_is_accounted_for()
    {
        using IDataplane dataplane = _fabric!.Start();
        Assert.Null(dataplane.Apply(Fabric.Model));
        Fabric.Connect(_fabric.FarClient, connections: 20, bytes: 200_000);
        Fabric.Connect(_fabric.NearClient, connections: 10, bytes: 100_000);
        Fabric.Exchange(_fabric.FarClient, datagrams: 200, bytes: 1_200);
        Assert.Null(dataplane.Fault);
        Assert.True(dataplane.IsAlive);

        Eventually.Holds(() => Fabric.Unaccounted(dataplane.ReadCounters()) == 0);
        DataplaneCounters counters = dataplane.ReadCounters();
        FlowCounters tcp = counters.Listeners[Fabric.TcpListener];
        FlowCounters udp = counters.Listeners[Fabric.UdpListener];
        Assert.Equal((30UL, 1UL), (tcp.NewFlows, udp.NewFlows));
        Assert.Equal((200UL, 200UL * (1_200 + 42)), (udp.PacketsIn, udp.BytesIn));
        Assert.Equal((200UL, 200UL * (1_200 + 42)), (udp.PacketsOut, udp.BytesOut));
        Assert.True(tcp.BytesIn > 5_000_000 && tcp.BytesOut > 5_000_000, $"{tcp}");
        Assert.Equal(
            counters.Packets[(int)PacketCounter.Forwarded],
            tcp.PacketsIn + tcp.PacketsOut + udp.PacketsIn + udp.PacketsOut);
        ulong punted = counters.Packets[(int)PacketCounter.Punted];
        Assert.InRange(punted, 30UL * 3, counters.Packets[(int)PacketCounter.Forwarded] / 4);
        Assert.Equal(0UL, counters.Packets[(int)PacketCounter.DropReceiveFull]);
        Assert.Equal(30UL, counters.Targets[Fabric.TargetId].NewFlows);
    }

    [Fact]
    public void A_target_may_be_its_own_client()
    {
        using IDataplane dataplane = _fabric!.Start();
        Assert.Null(dataplane.Apply(Fabric.Model));
        _fabric.Target.Ip("route add 203.0.113.0/24 via 10.0.0.1");
        Fabric.Connect(_fabric.Target, connections: 3, bytes: 100_000);
        Fabric.Exchange(_fabric.Target, datagrams: 5, bytes: 1_000);
        Eventually.Holds(() => Fabric.Unaccounted(dataplane.ReadCounters()) == 0);
        Assert.Equal(3UL, dataplane.ReadCounters().Targets[Fabric.TargetId].NewFlows);
    }

    [Fact]
    public void What_is_not_ours_still_reaches_the_node()
    {
        using IDataplane dataplane = _fabric!.Start();
        Assert.Null(dataplane.Apply(Fabric.Model));
        const string AskKernel = "import socket; print(socket.socket().connect_ex(('10.0.0.1', 9)))";
        const string ConnectionRefused = "111\n";
        Assert.Equal(ConnectionRefused, _fabric.NearClient.Run("/usr/bin/python3", "-c", AskKernel));
        Assert.True(dataplane.ReadCounters().Packets[(int)PacketCounter.Passed] > 0);
    }

    [Fact]
    public void A_model_takes_effect_at_once_and_a_refused_one_changes_nothing()
    {
        using IDataplane dataplane = _fabric!.Start();
        Assert.Null(dataplane.Apply(Fabric.Model));
        Fabric.Connect(_fabric.FarClient, 1, 1_000);
        Assert.Contains("gateway", dataplane.Apply(Fabric.Model with { Gateways = [] }), StringComparison.Ordinal);
        Fabric.Connect(_fabric.FarClient, 1, 1_000);

        DataplaneModel other = Fabric.Model with
        {
            Version = 2,
            OwnPrefixes = [IPNetwork.Parse("203.0.114.0/24"), IPNetwork.Parse("198.51.100.0/28")],
            Vips = [Fabric.Model.Vips[0] with { Address = IPAddress.Parse("203.0.114.10") }],
        };
        Assert.Null(dataplane.Apply(other));
        const string AskVip =
            $"import socket; s = socket.socket(); s.settimeout(1); print(s.connect_ex(('{Fabric.Vip}', 80)))";
        const string TimedOut = "11\n";
        Assert.Equal(TimedOut, _fabric.FarClient.Run("/usr/bin/python3", "-c", AskVip));
        Assert.Null(dataplane.Apply(Fabric.Model));
        Fabric.Connect(_fabric.FarClient, 1, 1_000);
    }

    [Fact]
    public void When_it_ends_nothing_stays_attached_and_another_can_start()
    {
        IDataplane first = _fabric!.Start();
        Assert.True(HasProgram());
        KernelException failure = Assert.Throws<KernelException>(() => _fabric.Start());
        Assert.Contains("AF_XDP", failure.Message, StringComparison.Ordinal);
        first.Dispose();
        Assert.False(first.IsAlive);
        Assert.False(HasProgram());
        using IDataplane second = _fabric.Start();
        Assert.Null(second.Apply(Fabric.Model));
        Fabric.Connect(_fabric.FarClient, 2, 10_000);
    }

    [Fact]
    public void When_its_process_is_killed_the_program_goes_and_another_can_start()
    {
        using Process child = KilledProcess.Start(_fabric!.Node);
        Assert.Equal("runs", child.StandardOutput.ReadLine());
        Assert.True(HasProgram());
        Fabric.Connect(_fabric.FarClient, 2, 10_000);
        child.Kill();
        child.WaitForExit();
        Eventually.Holds(() => !HasProgram());
        using IDataplane next = _fabric.Start();
        Assert.Null(next.Apply(Fabric.Model));
        Fabric.Connect(_fabric.FarClient, 2, 10_000);
    }

    [Fact]
    public void An_interface_that_vanishes_is_a_fault()
    {
        using IDataplane dataplane = _fabric!.Start();
        Assert.True(dataplane.IsAlive);
        _fabric.Node.Ip("link del eth0");
        Eventually.Holds(() => !dataplane.IsAlive);
        Assert.NotNull(dataplane.Fault);
    }

    [Fact]
    public void Options_out_of_range_and_interfaces_with_too_many_or_other_queues_are_refused_in_words()
    {
        Assert.Throws<ArgumentException>(() => _fabric!.Start(Fabric.Options with { FlowCapacity = 3 }));
        Assert.Throws<ArgumentException>(() => _fabric!.Start(Fabric.Options with { MaglevTableSize = 1_000 }));
        Assert.Throws<ArgumentException>(() => _fabric!.Start(Fabric.Options with { Queues = 17 }));
        Assert.Throws<ArgumentException>(
            () => _fabric!.Start(Fabric.Options with { FirstSnatPort = 2_000, LastSnatPort = 2_014 }));
        _fabric!.Node.Ip("link add many numrxqueues 17 numtxqueues 17 type veth peer name manyb");
        _fabric.Node.Ip("link add few numrxqueues 4 numtxqueues 2 type veth peer name fewb");
        string Refusal(DataplaneOptions options) =>
            Assert.Throws<KernelException>(() => _fabric.Start(options)).Message;
        string many = Refusal(Fabric.Options with { Interface = "many" });
        Assert.Contains("17 receive queues; 1 to 16 are", many, StringComparison.Ordinal);
        Assert.Contains("ethtool -L many combined 16", many, StringComparison.Ordinal);
        string few = Refusal(Fabric.Options with { Interface = "few" });
        Assert.Contains("4 receive queues and only 2 to transmit: ethtool -L few tx 4", few, StringComparison.Ordinal);
        string other = Refusal(Fabric.Options with { Queues = 2 });
        Assert.Contains("eth0 has 1 receive queues, not 2: ethtool -L eth0", other, StringComparison.Ordinal);
    }

    private bool HasProgram() => _fabric!.Node.Ip("link show dev eth0").Contains("xdp", StringComparison.Ordinal);
}
