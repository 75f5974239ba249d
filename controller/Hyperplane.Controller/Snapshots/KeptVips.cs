using Google.Protobuf;
using Hyperplane.Cells.Contracts;
using Npgsql;

namespace Hyperplane.Controller.Snapshots;

/// <summary>VIPs that nodes serve and a restored store does not know, with their target groups; part of every snapshot
/// until an operator allows their removal.</summary>
/// <remarks>Where the store gave the address to somebody else meanwhile, who is served goes on being served.</remarks>
internal sealed class KeptVips(IReadOnlyList<Vip> vips, IReadOnlyList<TargetGroup> groups)
{
    /// <summary>Those of a cell.</summary>
    public static async Task<KeptVips> ReadAsync(NpgsqlConnection connection, string cell, CancellationToken cancel)
    {
        await using var batch = new NpgsqlBatch(connection);
        foreach (string sql in new[]
        {
            "select vip from kept_vips where cell = $1 order by address",
            "select target_group from kept_groups where cell = $1 order by number",
        })
            batch.BatchCommands.Add(
                new NpgsqlBatchCommand(sql) { Parameters = { new NpgsqlParameter { Value = cell } } });
        await using NpgsqlDataReader reader = await batch.ExecuteReaderAsync(cancel);
        List<Vip> vips = await ReadAsync(reader, Vip.Parser, cancel);
        await reader.NextResultAsync(cancel);
        return new KeptVips(vips, await ReadAsync(reader, TargetGroup.Parser, cancel));
    }

    /// <summary>Adds them to a compiled snapshot, in order of ids.</summary>
    public void AddTo(Snapshot snapshot)
    {
        if (vips.Count == 0)
            return;
        HashSet<ByteString> buried = [.. snapshot.Tombstones.Select(tombstone => tombstone.Address)];
        Dictionary<ByteString, Vip> known = snapshot.Vips.ToDictionary(vip => vip.Address);
        List<Vip> kept =
        [
            .. vips.Where(vip => !buried.Contains(vip.Address)
                && (!known.TryGetValue(vip.Address, out Vip? own) || own.LoadBalancer != vip.LoadBalancer)),
        ];
        HashSet<ByteString> taken = [.. kept.Select(vip => vip.Address)];
        List<Vip> all = [.. snapshot.Vips.Where(vip => !taken.Contains(vip.Address)).Concat(kept)];
        snapshot.Vips.Clear();
        snapshot.Vips.AddRange(all.OrderBy(vip => vip.Id));
        HashSet<uint> used = [.. kept.SelectMany(vip => vip.Listeners).SelectMany(GroupsOf)];
        HashSet<uint> present = [.. snapshot.TargetGroups.Select(group => group.Id)];
        List<TargetGroup> with =
        [
            .. snapshot.TargetGroups.Concat(
                groups.Where(group => used.Contains(group.Id) && !present.Contains(group.Id))),
        ];
        snapshot.TargetGroups.Clear();
        snapshot.TargetGroups.AddRange(with.OrderBy(group => group.Id));
    }

    /// <summary>The groups that a listener sends flows to.</summary>
    public static IEnumerable<uint> GroupsOf(Listener listener) =>
        listener.Groups.Select(share => share.TargetGroup).Append(listener.TargetGroup);

    private static async Task<List<T>> ReadAsync<T>(
        NpgsqlDataReader reader, MessageParser<T> parser, CancellationToken cancel)
        where T : IMessage<T>
    {
        var rows = new List<T>();
        while (await reader.ReadAsync(cancel))
            rows.Add(parser.ParseFrom(reader.GetFieldValue<byte[]>(0)));
        return rows;
    }
}
