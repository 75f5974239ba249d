namespace Hyperplane.Bfd.Tests.Simulation;

/// <summary>One end of the simulated wire: a session, and what the simulation knows of it by itself.</summary>
internal sealed class SimulatedEnd(Random random)
{
    public BfdIntervals Intervals { get; set; } = BfdIntervals.Default;

    public BfdSession Session { get; private set; } = null!;

    /// <summary>When a packet was last given to the session.</summary>
    public long HeardNs { get; set; }

    /// <summary>Packets that left, by the state they told.</summary>
    public int Sent { get; set; }

    /// <summary>Times Up was reached since the beginning, restarts included.</summary>
    public int TimesUp { get; set; }

    /// <summary>A session that knows nothing, as after a start of the process.</summary>
    public void Restart(long nowNs)
    {
        uint discriminator = (uint)random.NextInt64(1, 1L << 32);
        Session = new BfdSession(Intervals, discriminator, new Random(random.Next()), nowNs);
        HeardNs = nowNs;
    }
}
