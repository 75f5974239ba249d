using System.Net;
using Hyperplane.Bench.FastPath;
using Hyperplane.Dataplane.Admission;
using Hyperplane.Dataplane.Kernel.Bpf;
using Hyperplane.Dataplane.Model;
using Hyperplane.Dataplane.Packets;

namespace Hyperplane.Bench.Flood;

/// <summary>What the XDP program costs for a SYN of a new source: let in, refused, challenged; and for a reset that may
/// be an answer.</summary>
internal static class SynCosts
{
    private const int Sources = 1_000_000;
    private static readonly ChallengeSettings Challenges = new(1, 2, PerSecond: 1_000_000_000, KnownSeconds: 60);
    private static readonly AdmissionModel Wide = new(1_000_000_000, 1, 1_000_000_000, 0, []);
    private static readonly AdmissionModel Narrow = new(1, 1, 0, 0, []);

    private static readonly IPAddress[] Vips = [IPAddress.Parse("203.0.113.10"), IPAddress.Parse("2001:db8:10::10")];

    /// <summary>Adds the figures; the names of those that are not repeatable.</summary>
    public static List<string> Measure(List<Figure> figures)
    {
        var unrepeatable = new List<string>();
        foreach (IPAddress vip in Vips)
        {
            string family = PacketAddress.Of(vip).IsIpv4 ? "ipv4" : "ipv6";
            double Of(string name, TcpFlags flags, AdmissionModel limits, in ChallengeSettings challenges, bool isTold)
            {
                using var run = new TestRun(vip, Sources, flags: flags);
                using HyperplaneProgram program = Load(vip, limits, challenges);
                XdpVerdict verdict = isTold ? XdpVerdict.Transmit : XdpVerdict.Drop;
                Samples samples = new Samples(run).With(name, program.Descriptor, verdict).Take();
                unrepeatable.AddRange(samples.Unrepeatable);
                return samples.Net(name);
            }
            double letIn = Of("let_in", TcpFlags.Syn, Wide, Challenges, isTold: false);
            double refused = Of("refused", TcpFlags.Syn, Narrow, default, isTold: false);
            double challenged = Of("challenged", TcpFlags.Syn, Narrow, Challenges, isTold: true);
            double reset = Of("reset", TcpFlags.Rst, Narrow, Challenges, isTold: false);
            figures.Add(new Figure($"syn_let_in_{family}_ns", letIn, "ns", null, true, null, ""));
            figures.Add(new Figure($"syn_refused_{family}_ns", refused, "ns", null, true, null, ""));
            figures.Add(new Figure($"syn_challenged_{family}_ns", challenged, "ns", null, true, refused, "refused"));
            figures.Add(new Figure($"reset_wrong_{family}_ns", reset, "ns", null, true, null, ""));
        }
        return unrepeatable;
    }

    private static HyperplaneProgram Load(IPAddress vip, AdmissionModel limits, in ChallengeSettings challenges)
    {
        HyperplaneProgram program = HyperplaneProgram.Load(
            1_024, stallTimeoutMs: 0, pipelines: 1, counterSlots: 16, challenges: challenges);
        new PrefixMap(program, tunnelAddressBe: 0).Use([.. Vips.Select(one => new IPNetwork(one, Bits(one)))], []);
        new AdmissionMaps(program.Admissions, program.AdmissionTimes, ownNode: 1).Use(
            [new VipModel(1, vip, [], limits)], []);
        return program;
    }

    private static int Bits(IPAddress address) => PacketAddress.Of(address).IsIpv4 ? 32 : 128;
}
