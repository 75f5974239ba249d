namespace Hyperplane.Bfd.Tests.Sessions;

/// <summary>One session, a peer made of packets, and a clock in milliseconds.</summary>
internal sealed class SessionRig
{
    public const uint Ours = 0xA1;
    public const uint Theirs = 0xB2;

    /// <summary>A peer at 100 ms × 3.</summary>
    public static readonly BfdPacket Peer = new()
    {
        State = BfdState.Down,
        DetectMult = 3,
        MyDiscriminator = Theirs,
        YourDiscriminator = Ours,
        DesiredMinTxUs = 100_000,
        RequiredMinRxUs = 100_000,
    };

    public SessionRig(BfdIntervals? intervals = null, int seed = 1) =>
        Session = new BfdSession(intervals ?? BfdIntervals.Fastest, Ours, new Random(seed), 0);

    public BfdSession Session { get; }

    public double NowMs { get; set; }

    public long NowNs => (long)(NowMs * 1e6);

    /// <summary>A session in a state, with the peer's intervals known unless it never heard of it; nothing is
    /// due.</summary>
    public static SessionRig In(BfdState state, BfdIntervals? intervals = null)
    {
        var rig = new SessionRig(intervals);
        rig.Take();
        switch (state)
        {
            case BfdState.AdminDown:
                rig.Session.TakeDown(0);
                break;
            case BfdState.Init:
                rig.Receive(Peer);
                break;
            case BfdState.Up:
                rig.Receive(Peer with { State = BfdState.Init });
                rig.Take();
                rig.Receive(Peer with { State = BfdState.Up, Final = true });
                break;
        }

        rig.Take();
        Assert.Equal(state, rig.Session.State);
        return rig;
    }

    public void Receive(BfdPacket packet) => Session.Receive(packet, NowNs);

    /// <summary>What is due now.</summary>
    public List<BfdPacket> Take()
    {
        List<BfdPacket> taken = [];
        byte[] buffer = new byte[BfdPacket.SizeBytes];
        while (Session.IsTransmitDue(NowNs))
        {
            Session.Write(buffer, NowNs);
            Assert.Equal(BfdVerdict.Accepted, BfdPacket.TryRead(buffer, out BfdPacket packet));
            taken.Add(packet);
            Assert.True(taken.Count < 4, "sends without end");
        }

        return taken;
    }

    /// <summary>Lets time pass from wakeup to wakeup; packets with the millisecond each left at.</summary>
    public List<(double AtMs, BfdPacket Packet)> Pass(double ms)
    {
        double endMs = NowMs + ms;
        List<(double, BfdPacket)> sent = [];
        while (true)
        {
            foreach (BfdPacket packet in Take())
                sent.Add((NowMs, packet));
            double nextMs = Session.NextWakeupNs == long.MaxValue
                ? double.MaxValue
                : Math.Max(Math.Ceiling(Session.NextWakeupNs / 1e3) / 1e3, NowMs);
            if (nextMs > endMs)
                break;
            NowMs = nextMs;
            Session.OnTime(NowNs);
        }

        NowMs = endMs;
        return sent;
    }
}
