using System.Net;
using Hyperplane.Controller.Addressing;
using Hyperplane.Controller.Contracts.Listeners;
using Hyperplane.Controller.Contracts.TargetGroups;
using Hyperplane.Controller.Contracts.Tenants;
using Hyperplane.Controller.TargetGroups;
using Hyperplane.Controller.Tenants;
using Npgsql;

namespace Hyperplane.Controller.Snapshots;

/// <summary>Rows as <see cref="DesiredReader"/> asks for them, in its order, and the cells that they make.</summary>
internal sealed class DesiredRows
{
    private readonly Dictionary<string, CellRows> _cells = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (List<CellRows> Cells, bool CrossZone, bool IsLogged)> _loadBalancers =
        new(StringComparer.Ordinal);
    private readonly Dictionary<uint, TenantLimits> _limits = [];
    private readonly List<(string Id, DesiredListener Listener)> _listeners = [];
    private readonly Dictionary<string, List<Share>> _shares = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (DesiredGroup Group, long Generation)> _groups = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Attributes, TransportProtocol Protocol), TargetGroupSettings> _settings = [];

    /// <summary>The ids of the target groups.</summary>
    public IReadOnlyCollection<string> Groups => _groups.Keys;

    public void TakeCell(NpgsqlDataReader row)
    {
        string cell = row.GetString(15);
        var pools = new CellPools(ReadPrefix(row, 1), ReadPrefix(row, 2), row.GetInt32(3), row.GetInt32(13))
        {
            Ipv6 = row.IsDBNull(6)
                ? null
                : new FamilyPools(ReadPrefix(row, 6), ReadPrefix(row, 7), ReadPrefix(row, 8)),
        };
        var bare = new CellDesired(row.GetString(0), cell, pools, [], [], [], [], [])
        {
            TunnelSources = ReadPrefixes(row, 11),
            AddressPools = ReadPrefixes(row, 12),
            ShardSize = row.GetInt32(14),
        };
        _cells.Add(
            cell,
            new CellRows(
                bare,
                (ulong)row.GetInt64(4),
                row.IsDBNull(5) ? null : row.GetFieldValue<byte[]>(5),
                new ChangeMark(row.GetInt64(9), row.GetInt64(10))));
    }

    public void TakeNode(NpgsqlDataReader row) => _cells[row.GetString(8)].Nodes.Add(new DesiredNode(
        row.GetInt32(0),
        row.GetString(1),
        ReadIp(row, 2),
        [.. row.GetFieldValue<IPAddress[]>(4).Select(Ip.From)],
        ReadIp(row, 5),
        row.GetBoolean(3))
    {
        Ipv6Address = row.IsDBNull(6) ? null : ReadIp(row, 6),
        Ipv6ProbeAddress = row.IsDBNull(7) ? null : ReadIp(row, 7),
    });

    public void TakeTombstone(NpgsqlDataReader row) => _cells[row.GetString(2)].Tombstones.Add(
        new DesiredTombstone(ReadIp(row, 0), row.IsDBNull(1) ? null : (ulong)row.GetInt64(1)));

    /// <summary>A VIP of a load balancer; of a deleted one it is held alone.</summary>
    public void TakeVip(NpgsqlDataReader row)
    {
        CellRows cell = _cells[row.GetString(12)];
        string id = row.GetString(1);
        if (!_loadBalancers.TryGetValue(id, out (List<CellRows> Cells, bool CrossZone, bool IsLogged) loadBalancer))
            _loadBalancers.Add(id, loadBalancer = ([], row.GetBoolean(13), !row.IsDBNull(14)));
        if (!loadBalancer.Cells.Contains(cell))
            loadBalancer.Cells.Add(cell);
        cell.Hold(id, row.GetInt64(10));
        if (row.GetBoolean(11))
            return;
        uint tenant = (uint)row.GetInt64(5);
        if (!_limits.TryGetValue(tenant, out TenantLimits? limits))
            _limits.Add(
                tenant, limits = TenantRow.LimitsOf(ReadLimit(row, 6), ReadLimit(row, 7), ReadLimit(row, 8)));
        cell.Vips.Add(
            new DesiredVip((uint)row.GetInt64(0), id, ReadIp(row, 2), row.GetInt32(3), row.GetBoolean(4))
            {
                Tenant = tenant,
                Withdrawn = row.GetBoolean(9),
                LoggedFor = row.IsDBNull(14) ? null : row.GetString(14),
                Limits = limits,
            });
    }

    public void TakeListener(NpgsqlDataReader row) => _listeners.Add((
        row.GetString(7),
        new DesiredListener(
            (uint)row.GetInt64(0),
            row.GetString(1),
            (TransportProtocol)row.GetInt16(2),
            row.GetInt32(3),
            [],
            [],
            row.GetInt32(4))
        {
            Allowed = ReadPrefixes(row, 5),
            Denied = ReadPrefixes(row, 6),
        }));

    public void TakeShare(NpgsqlDataReader row)
    {
        string listener = row.GetString(0);
        if (!_shares.TryGetValue(listener, out List<Share>? shares))
            _shares.Add(listener, shares = new List<Share>(1));
        shares.Add(new Share(row.GetString(1), row.GetInt32(2), row.GetInt32(3)));
    }

    public void TakeGroup(NpgsqlDataReader row)
    {
        string id = row.GetString(1);
        var group = new DesiredGroup(
            (uint)row.GetInt64(0),
            id,
            new HealthCheckConfig(
                (HealthCheckProtocol)row.GetInt16(2),
                row.IsDBNull(3) ? null : row.GetInt32(3),
                row.IsDBNull(4) ? null : row.GetString(4),
                row.GetInt32(5),
                row.GetInt32(6),
                row.GetInt32(7),
                row.GetInt32(8),
                row.IsDBNull(9) ? null : row.GetString(9)))
        {
            Settings = SettingsOf(row.GetString(10), (TransportProtocol)row.GetInt16(11)),
        };
        _groups.Add(id, (group, row.GetInt64(12)));
    }

    /// <summary>All that was taken, by cell.</summary>
    /// <param name="targets">By group.</param>
    public Dictionary<string, DesiredRead> Finish(IReadOnlyDictionary<string, DesiredTarget[]> targets)
    {
        foreach ((DesiredGroup group, _) in _groups.Values)
            group.Targets = targets.GetValueOrDefault(group.Id, []);
        foreach ((string id, DesiredListener listener) in _listeners)
        {
            if (!_shares.TryGetValue(id, out List<Share>? shares)
                || !_loadBalancers.TryGetValue(
                    listener.LoadBalancer, out (List<CellRows> Cells, bool CrossZone, bool IsLogged) loadBalancer))
                continue;
            shares.Sort(static (one, other) => one.Position.CompareTo(other.Position));
            (DesiredGroup Group, long Generation)[] groups = [.. shares.Select(share => _groups[share.Group])];
            DesiredListener whole = listener with
            {
                Groups = Array.ConvertAll(groups, group => group.Group.Number),
                Weights = [.. shares.Select(share => share.Weight)],
                CrossZone = loadBalancer.CrossZone,
                LoggedAs = loadBalancer.IsLogged ? id : null,
            };
            foreach (CellRows cell in loadBalancer.Cells)
                cell.Add(whole, groups);
        }

        return _cells.ToDictionary(cell => cell.Key, cell => cell.Value.Finish(), StringComparer.Ordinal);
    }

    /// <summary>What attributes mean; most groups have the same ones.</summary>
    private TargetGroupSettings SettingsOf(string attributes, TransportProtocol protocol)
    {
        if (!_settings.TryGetValue((attributes, protocol), out TargetGroupSettings? settings))
            _settings.Add((attributes, protocol), settings = TargetGroupAttributes.Read(attributes, protocol));
        return settings;
    }

    private static int? ReadLimit(NpgsqlDataReader row, int column) =>
        row.IsDBNull(column) ? null : row.GetInt32(column);

    private static Ip ReadIp(NpgsqlDataReader row, int column) => Ip.From(row.GetFieldValue<IPAddress>(column));

    private static IpPrefix[] ReadPrefixes(NpgsqlDataReader row, int column) => row.IsDBNull(column)
        ? []
        : Array.ConvertAll(row.GetFieldValue<IPNetwork[]>(column), IpPrefix.FromNetwork);

    private static IpPrefix ReadPrefix(NpgsqlDataReader row, int column) =>
        IpPrefix.FromNetwork(row.GetFieldValue<IPNetwork>(column));

    private readonly record struct Share(string Group, int Weight, int Position);
}
