using Hyperplane.Flows.Cells;
using Hyperplane.Flows.Remote;

namespace Hyperplane.Flows.Tests.Simulation;

/// <summary>Places outside the nodes where replicas live, in virtual time, behaving as a cluster of silos does: a call
/// makes the replica where there is none; a dead place is noticed late, and until then its calls get no
/// answer.</summary>
internal sealed class SimulatedSilos
{
    /// <summary>From a silo's death to the first replica that is made elsewhere.</summary>
    public const long NoticedNs = 600_000_000;

    private const long TimeoutNs = 1_000_000_000;
    private const int Capacity = 65_536;

    private readonly SimulatedCell _cell;
    private readonly List<ulong> _places;
    private readonly HashSet<ulong> _dead = [];
    private readonly Dictionary<ushort, (RemoteReplica Replica, ulong Place)> _replicas = [];

    public SimulatedSilos(SimulatedCell cell, int silos)
    {
        _cell = cell;
        _places = [.. Enumerable.Range(1, silos).Select(silo => (ulong)silo)];
    }

    /// <summary>Calls take this much longer each way.</summary>
    public long ExtraDelayNs { get; set; }

    /// <summary>Where a replica lives; 0 while it does not.</summary>
    public ulong PlaceOf(ushort address) => _replicas.TryGetValue(address, out var lives) ? lives.Place : 0;

    /// <summary>A replica that lives.</summary>
    public RemoteReplica Replica(ushort address) => _replicas[address].Replica;

    /// <summary>A node's way here.</summary>
    public ReplicaLinks LinksOf(SimulatedNode node)
    {
        ReplicaLinks? links = null;
        ulong start = node.StartNumber;
        links = new ReplicaLinks(
            new ReplicaLinksOptions { NodeId = node.Id, Start = start },
            new SimulatedCaller((address, request) => Call(address, request, answer =>
            {
                if (!node.IsRunning || node.StartNumber != start)
                    return;
                links!.OnAnswer(address, answer);
                node.Turn();
            })));
        return links;
    }

    /// <summary>A silo dies with what it holds.</summary>
    public void Kill(ulong place)
    {
        _dead.Add(place);
        _cell.After(NoticedNs, () =>
        {
            _places.Remove(place);
            foreach (ushort address in _replicas.Keys.Where(address => PlaceOf(address) == place).ToArray())
                _replicas.Remove(address);
        });
    }

    /// <summary>A silo comes, empty.</summary>
    public void Join(ulong place)
    {
        _dead.Remove(place);
        _places.Add(place);
    }

    private void Call(ushort address, byte[] request, Action<byte[]?> end)
    {
        _cell.After(Delay(), () =>
        {
            if (!_replicas.ContainsKey(address) && _places.Count > 0)
                Make(address);
            if (!_replicas.TryGetValue(address, out (RemoteReplica Replica, ulong Place) lives))
            {
                _cell.After(TimeoutNs, () => end(null));
                return;
            }
            (RemoteReplica replica, ulong place) = lives;
            if (_dead.Contains(place))
            {
                _cell.After(TimeoutNs, () => end(null));
                return;
            }
            byte[] answer = replica.Handle(request, Seconds);
            // A silo that dies meanwhile takes the answer with it.
            _cell.After(Delay(), () =>
            {
                if (_dead.Contains(place))
                    _cell.After(TimeoutNs, () => end(null));
                else
                    end(answer);
            });
        });
    }

    private uint Seconds => (uint)(_cell.NowNs / 1_000_000_000);

    private long Delay() => ExtraDelayNs + _cell.Chance.NextInt64(20_000, 100_000);

    private void Make(ushort address)
    {
        ulong[] places = [.. _places];
        ulong place = places[TwinPlacement.Choose(address, places)];
        var replica = new RemoteReplica((ulong)_cell.Chance.NextInt64(1, long.MaxValue), Capacity);
        _replicas.Add(address, (replica, place));
        Fill(address, replica, cursor: 0);
    }

    private void Fill(ushort address, RemoteReplica replica, int cursor) => _cell.After(Delay(), () =>
    {
        if (!_replicas.TryGetValue(address, out var lives) || lives.Replica != replica || _dead.Contains(lives.Place))
            return;
        ushort twin = ReplicaAddress.TwinOf(address);
        if (!_replicas.ContainsKey(twin))
            Make(twin);
        if (_dead.Contains(PlaceOf(twin)))
        {
            _cell.After(TimeoutNs / 10, () => Fill(address, replica, cursor: 0));
            return;
        }
        int next = replica.TakePage(Replica(twin).Page(cursor), Seconds);
        if (next != 0)
            Fill(address, replica, next);
        else if (!replica.IsFilled)
            _cell.After(TimeoutNs / 5, () => Fill(address, replica, cursor: 0));
    });
}
