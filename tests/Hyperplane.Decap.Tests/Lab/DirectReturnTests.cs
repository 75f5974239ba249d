using System.Diagnostics;
using Hyperplane.Decap.Hooks;
using Hyperplane.Decap.Kernel;
using Hyperplane.Decap.Tests.Kernel;
using Hyperplane.Lab;

namespace Hyperplane.Decap.Tests.Lab;

/// <summary>Real connections and datagrams to a VIP on a target, in through a tunnel and back without one.</summary>
public sealed class DirectReturnTests
{
    private const int Bytes = 100_000;

    private const string Install =
        "install --interface eth0 --tunnel-address 10.2.0.3 fd02::3 --from 10.2.0.0/24 fd02::/64 "
        + "--vip 203.0.113.10 2001:db8:10::10 --vni 7";

    public DirectReturnTests() => Assert.SkipUnless(RootOnly.Met, RootOnly.Reason);

    /// <param name="hook">Which program.</param>
    /// <param name="merges">Whether the kernel merges segments in their tunnels before tc sees them.</param>
    [Theory]
    [InlineData(nameof(HookKind.Tc), false)]
    [InlineData(nameof(HookKind.Tc), true)]
    [InlineData(nameof(HookKind.Xdp), true)]
    public void A_target_answers_clients_directly_by_every_encapsulation(string hook, bool merges)
    {
        using var street = new Street();
        if (merges)
            street.MergeAtTarget();
        Hpdecap.Do(street.Target, $"{Install} --hook {hook.ToLowerInvariant()}");
        foreach (Encapsulation encapsulation in Enum.GetValues<Encapsulation>())
        {
            foreach (int outerVersion in new[] { 4, 6 })
            {
                Process balancer = street.Balance(encapsulation, outerVersion);
                try
                {
                    foreach (int innerVersion in new[] { 4, 6 })
                        street.Converse(innerVersion, Bytes);
                }
                finally
                {
                    Street.Stop(balancer);
                }
            }
        }

        Dictionary<DecapCounter, long> frames = Hpdecap.Count(street.Target);
        foreach (Encapsulation encapsulation in Enum.GetValues<Encapsulation>())
            Assert.True(frames[UnwrapTests.Counter(encapsulation)] > 4, encapsulation.ToString());
        Assert.All(frames.Where(one => one.Key >= DecapCounter.DropTruncated), drop => Assert.Equal(0, drop.Value));
    }

    [Theory]
    [InlineData(nameof(HookKind.Tc))]
    [InlineData(nameof(HookKind.Xdp))]
    public void An_exchange_of_the_program_loses_no_packet(string hook)
    {
        const int Exchanges = 10;
        using var street = new Street();
        string install = $"{Install} --hook {hook.ToLowerInvariant()}";
        Hpdecap.Do(street.Target, install);
        Process balancer = street.Balance(Encapsulation.Gue, 4);
        Process client = street.From.Start("/usr/bin/python3", "-c", StopAndWait, Wire.Vip(4));
        try
        {
            Assert.Equal("answered", client.StandardOutput.ReadLine());
            for (int i = 0; i < Exchanges; i++)
                Hpdecap.Do(street.Target, install);
            client.StandardInput.Close();
            string result = client.StandardOutput.ReadToEnd();
            Assert.StartsWith("all answered", result, StringComparison.Ordinal);
            // One a datagram over all programs: their counters are one.
            Assert.Equal(
                $"all answered {Hpdecap.Count(street.Target)[DecapCounter.UnwrappedGue]}\n", result);
        }
        finally
        {
            Street.Stop(client);
            Street.Stop(balancer);
        }
    }

    // One datagram after the other, each of which must be answered, until its input ends.
    private const string StopAndWait = """
        import select, socket, sys
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        s.connect((sys.argv[1], 53))
        s.settimeout(5)
        count = 0
        while not select.select([sys.stdin], [], [], 0)[0]:
            s.send(b"%d" % count)
            assert s.recv(100) == b"%d" % count
            count += 1
            if count == 1:
                print("answered", flush=True)
        print("all answered", count)
        """;
}
