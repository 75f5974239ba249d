using System.Net;
using Hyperplane.Dataplane.Admission;
using Hyperplane.Dataplane.Counters;
using Hyperplane.Dataplane.Directory;
using Hyperplane.Dataplane.Flows;
using Hyperplane.Dataplane.Kernel.Bpf;
using Hyperplane.Dataplane.Model;
using Hyperplane.Dataplane.Packets;
using Hyperplane.Dataplane.Pipeline;

namespace Hyperplane.Dataplane.Tests.Kernel;

/// <summary>The same frames to the XDP program and to <see cref="FlowAdmission"/>, which must agree.</summary>
/// <remarks>A rate of one in a second is divided by a hundred nodes: a bucket takes one flow at once, two of a known
/// source, and the next one after 100 s.</remarks>
internal sealed class TwoGates : IDisposable
{
    public const int Sharers = 100;

    public static readonly ChallengeSettings Settings = new(0x0123456789abcdef, 0xfedcba9876543210, 1_000_000, 60);

    private const long ClockStepNs = 20_000_000;
    private const int WindowShift = 33;
    private static readonly PeerNode[] Many =
    [
        .. Enumerable.Range(100, Sharers - 1)
            .Select(i => new PeerNode((ushort)i, new IPAddress([10, 0, 0, (byte)i]), 1, true)),
    ];

    private readonly AdmissionMaps _maps;
    private readonly HashSet<FlowKey> _established = [];
    private readonly FlowAdmission _model;
    private bool _isCrowded;

    public TwoGates(ChallengeSettings? settings = null)
    {
        ChallengeSettings challenges = settings ?? Settings;
        Program = new TestProgram(challenges: challenges);
        _maps = new AdmissionMaps(Program.Program.Admissions, Program.Program.AdmissionTimes, ownNode: 9);
        _model = new FlowAdmission([], challenges, new PrefixSet([.. TestProgram.OwnPrefixes]))
        {
            IsCrowded = () => _isCrowded,
            IsEstablished = _established.Contains,
        };
    }

    public TestProgram Program { get; }

    /// <summary>What the last frame was answered with; empty for nothing.</summary>
    public byte[] LastAnswer { get; private set; } = [];

    /// <summary>Whether more than a quarter of the place for half-open flows is taken.</summary>
    public bool IsCrowded
    {
        set
        {
            _isCrowded = value;
            Program.Program.Heartbeats.Tell(0, value);
        }
    }

    /// <summary>Empty buckets.</summary>
    public void Use(AdmissionModel? admission, params string[] addresses)
    {
        VipModel[] vips =
            [.. addresses.Select((vip, i) => new VipModel((uint)i + 1, IPAddress.Parse(vip), [], admission))];
        _maps.Use([], Many);
        _maps.Use(vips, Many);
        _model.Use(vips.Select(vip =>
            new LimitedVip(vip.Id, PacketAddress.Of(vip.Address), vip.Admission, Sharers)));
    }

    /// <summary>Has a flow in the cache.</summary>
    public void Establish(FlowKey key, FlowKey reverse)
    {
        _established.Add(key);
        Assert.True(Program.Flows.TryInstall(key, TestProgram.Entry(key, reverse)));
    }

    /// <summary>What both do with a frame, null for giving it to the pipeline; and the answer.</summary>
    public (PacketCounter? Verdict, byte[] Answer) Run(byte[] frame)
    {
        (PacketCounter? expected, byte[] answer, XdpVerdict verdict, PacketCounter counter, byte[] left) = Both(frame);
        Assert.Equal(expected ?? PacketCounter.DropNoSocket, counter);
        if (expected == PacketCounter.Challenged)
            Assert.Equal(Convert.ToHexString(answer), Convert.ToHexString(left));
        Assert.Equal(expected == PacketCounter.Challenged ? XdpVerdict.Transmit : XdpVerdict.Drop, verdict);
        return (expected, answer);
    }

    /// <summary>The same of any frame: only of what has to do with challenges they must agree.</summary>
    public PacketCounter? RunAny(byte[] frame)
    {
        (PacketCounter? expected, byte[] answer, _, PacketCounter counter, byte[] left) = Both(frame);
        bool isAbout = expected is PacketCounter.Challenged or PacketCounter.ChallengePassed
            || counter is PacketCounter.Challenged or PacketCounter.ChallengePassed;
        if (isAbout && (expected != counter
            || (expected == PacketCounter.Challenged && !answer.AsSpan().SequenceEqual(left))))
            Assert.Fail($"{Convert.ToHexString(frame)}: {expected}, {counter}");
        return expected;
    }

    public void Dispose() => Program.Dispose();

    private (PacketCounter? Expected, byte[] Answer, XdpVerdict Verdict, PacketCounter Counter, byte[] Left) Both(
        byte[] frame)
    {
        byte[] judged = [.. frame];
        PacketCounter? expected = _model.Judge(judged, Now(), out int answerBytes);
        (XdpVerdict verdict, byte[] left, PacketCounter counter) = Program.Run(frame);
        LastAnswer = judged[..answerBytes];
        return (expected, LastAnswer, verdict, counter, left);
    }

    /// <summary>The kernel's coarse clock may be a tick behind: not where numbers change.</summary>
    private static long Now()
    {
        long nowNs;
        do
            nowNs = TimeProvider.System.GetTimestamp();
        while (nowNs >> WindowShift != (nowNs - ClockStepNs) >> WindowShift
            || nowNs >> WindowShift != (nowNs + ClockStepNs) >> WindowShift);
        return nowNs;
    }
}
