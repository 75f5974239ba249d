using Hyperplane.Dataplane.Directory;
using Hyperplane.Dataplane.Model;
using Hyperplane.Dataplane.Packets;

namespace Hyperplane.Dataplane.Kernel.Bpf;

/// <summary>Gives the XDP program the rates at which flows may begin; a rate that changes keeps what its bucket
/// has.</summary>
/// <remarks>Not thread-safe.</remarks>
internal sealed class AdmissionMaps(
    BpfMap admissions, BpfMap times, ushort ownNode, VipRefusals? refusals = null)
{
    private const ulong SecondNs = 1_000_000_000;

    private readonly Dictionary<PacketAddress, AdmissionEntry> _written = [];
    private readonly Dictionary<(bool IsTenant, uint Id), uint> _places = [];
    private readonly Queue<uint> _free = new();
    private uint _used;
    private HashSet<ushort> _alive = [];
    private VipModel[] _vips = [];

    /// <summary>Replaces all rates.</summary>
    /// <param name="vips">The VIPs of this node.</param>
    /// <param name="peers">The other nodes; those that live have a share.</param>
    public void Use(IReadOnlyCollection<VipModel> vips, IReadOnlyCollection<PeerNode> peers)
    {
        HashSet<ushort> alive = [.. peers.Where(peer => peer.IsAlive).Select(peer => peer.NodeId), ownNode];
        // VIPs without limits too: at them sources are challenged when half-open flows crowd.
        VipModel[] all = [.. vips];
        // A change of targets' health comes here too, and there may be many VIPs.
        if (alive.SetEquals(_alive) && all.SequenceEqual(_vips))
            return;
        HashSet<(bool, uint)> wanted =
        [
            .. all.Where(vip => vip.Admission is not null)
                .SelectMany(vip => ((bool, uint)[])[(false, vip.Id), (true, vip.Admission!.TenantId)]),
        ];
        foreach ((bool, uint) gone in _places.Keys.Where(key => !wanted.Contains(key)).ToList())
        {
            _free.Enqueue(_places[gone]);
            _places.Remove(gone);
        }
        HashSet<PacketAddress> addresses = [.. all.Select(vip => PacketAddress.Of(vip.Address))];
        foreach (PacketAddress gone in _written.Keys.Where(address => !addresses.Contains(address)).ToList())
        {
            Check(admissions.Delete(in gone), $"taking the rates of {gone} from the XDP program");
            _written.Remove(gone);
            refusals?.Forget(in gone);
        }
        foreach (VipModel vip in all)
            Write(PacketAddress.Of(vip.Address), EntryOf(vip, alive));
        (_alive, _vips) = (alive, all);
    }

    private AdmissionEntry EntryOf(VipModel vip, HashSet<ushort> alive)
    {
        if (vip.Admission is not { } admission)
            return default;
        int sharers = admission.Nodes.IsDefaultOrEmpty
            ? alive.Count
            : admission.Nodes.Count(node => alive.Contains(node));
        return new AdmissionEntry
        {
            VipCostNs = Cost(admission.PerVip, sharers),
            TenantCostNs = Cost(admission.PerTenant, sharers),
            SourceCostNs = Cost(admission.PerSource, sharers),
            VipPlace = PlaceOf(isTenant: false, vip.Id),
            TenantPlace = PlaceOf(isTenant: true, admission.TenantId),
        };
    }

    private static ulong Cost(uint perSecond, int sharers) =>
        perSecond == 0 ? 0 : Math.Max(1, SecondNs * (ulong)Math.Max(1, sharers) / perSecond);

    private uint PlaceOf(bool isTenant, uint id)
    {
        if (_places.TryGetValue((isTenant, id), out uint place))
            return place;
        if (!_free.TryDequeue(out place))
            place = _used++;
        // Whoever had it before.
        Check(times.Update(in place, 0ul), "emptying a bucket of the XDP program");
        _places.Add((isTenant, id), place);
        return place;
    }

    private void Write(in PacketAddress vip, in AdmissionEntry entry)
    {
        if (_written.TryGetValue(vip, out AdmissionEntry written) && written == entry)
            return;
        Check(admissions.Update(in vip, in entry), $"giving the rates of {vip} to the XDP program");
        _written[vip] = entry;
    }

    private static void Check(int error, string what)
    {
        if (error != 0)
            throw new KernelException(what, error, "");
    }
}
