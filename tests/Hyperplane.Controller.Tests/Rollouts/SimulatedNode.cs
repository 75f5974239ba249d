using Hyperplane.Controller.Rollouts;

namespace Hyperplane.Controller.Tests.Rollouts;

/// <summary>A node of the simulation: takes what it may have when it asks, and reports once a second.</summary>
internal sealed class SimulatedNode(int id)
{
    public int Id { get; } = id;

    public ulong Running { get; set; } = 1;

    /// <summary>The highest version that it ever took.</summary>
    public ulong Accepted { get; private set; } = 1;

    public ulong Refused { get; set; }

    public bool Dead { get; set; }

    public bool Draining { get; set; }

    /// <summary>Seconds that it takes to ask again and to run what it gets.</summary>
    public int Slowness { get; set; }

    public int NextAsk { get; set; }

    /// <summary>What the database has of it.</summary>
    public RolloutNode Row { get; set; } = new(id, $"n{id}");

    public void Take(ulong version)
    {
        (Running, Refused) = (version, 0);
        Accepted = Math.Max(Accepted, version);
    }
}
