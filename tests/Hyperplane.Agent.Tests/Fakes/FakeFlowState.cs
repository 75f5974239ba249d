using System.Collections.Immutable;
using System.Net;
using Hyperplane.Agent.Flows;
using Hyperplane.Agent.Health;
using Hyperplane.Dataplane;
using Hyperplane.Dataplane.Directory;

namespace Hyperplane.Agent.Tests.Fakes;

/// <summary>Flow state that only remembers.</summary>
internal sealed class FakeFlowState(FakeParts parts, Action onChange) : IFlowState
{
    private bool _holds = parts.HoldsAtStart;

    public Action<IPAddress>? RouterLost { get; set; }

    public FlowExchange? Exchange => null;

    public BallotMail Ballots { get; } = new();

    public bool Holds
    {
        get => _holds;
        set
        {
            _holds = value;
            onChange();
        }
    }

    public void LoseRouter(IPAddress router) => RouterLost?.Invoke(router);

    public IReadOnlyCollection<FlowMember> Members { get; private set; } = [];

    public bool IsDraining { get; private set; }

    public HashSet<IPAddress> Quarantined { get; } = [];

    public SnatLease Lease(ImmutableArray<IPAddress> addresses) => new([addresses[0]], 1_024, 22_527);

    public bool IsQuarantined(IPAddress address) => Quarantined.Contains(address);

    public void Tick()
    {
    }

    public void Attach(IDataplane dataplane)
    {
    }

    public void SetMembers(IReadOnlyCollection<FlowMember> members) => Members = members;

    public void SetDraining(bool isDraining)
    {
        if (IsDraining == isDraining)
            return;
        IsDraining = isDraining;
        parts.Note(isDraining ? "flows drain" : "flows stay");
    }

    public IReadOnlyList<KeyValuePair<string, ulong>> ReadCounters() => [new("directory_won", 7)];

    public void Close()
    {
    }

    public void Dispose()
    {
    }
}
