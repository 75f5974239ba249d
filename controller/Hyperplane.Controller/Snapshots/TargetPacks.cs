using System.Buffers.Binary;
using System.Text;
using Hyperplane.Controller.Addressing;
using Npgsql;

namespace Hyperplane.Controller.Snapshots;

/// <summary>Reads targets, a row of the database's answer for each group: a region has a million.</summary>
/// <remarks>
/// A group's targets are one value: for each its number and its small numbers as int8, its address as inet, each as
/// PostgreSQL sends them, and its zone's name. That costs the database little (300 ms for a million, 260 ms row by
/// row), and the driver has a tenth of the rows to read.
/// </remarks>
internal sealed class TargetPacks
{
    private const string Sql =
        """
        select t.target_group_id, string_agg(
          int8send(t.number)
          || int8send((t.port::bigint << 32) | (t.weight << 16) | (coalesce(octet_length(t.zone), 0) << 8)
                      | (t.ending::int << 1) | (t.draining_until is not null)::int)
          || inet_send(t.address) || coalesce(textsend(t.zone), ''), '')
        from targets t where $1 is null or t.target_group_id = any($1) group by t.target_group_id
        """;

    private const int NumberBytes = 8;
    private const int SmallBytes = 8;

    // Family, prefix length, whether it is a network, bytes of the address: network.c, inet_send.
    private const int InetHeader = 4;
    private readonly Dictionary<string, string> _zones = new(StringComparer.Ordinal);

    /// <summary>The targets of groups, by the group's id; a group without any is left out.</summary>
    /// <param name="connection">In a transaction.</param>
    /// <param name="groups">Of which groups; null: of all that there are.</param>
    /// <param name="cancel">Ends the wait.</param>
    public static async Task<Dictionary<string, DesiredTarget[]>> ReadAsync(
        NpgsqlConnection connection, string[]? groups, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(Sql, connection) { Parameters = { DesiredReader.Only(groups) } };
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancel);
        var packs = new TargetPacks();
        var targets = new Dictionary<string, DesiredTarget[]>(groups?.Length ?? 0, StringComparer.Ordinal);
        while (await reader.ReadAsync(cancel))
            targets.Add(reader.GetString(0), packs.Unpack(reader.GetFieldValue<byte[]>(1)));
        return targets;
    }

    /// <summary>The targets of a group's value.</summary>
    internal DesiredTarget[] Unpack(ReadOnlySpan<byte> pack)
    {
        var targets = new DesiredTarget[Count(pack)];
        foreach (ref DesiredTarget target in targets.AsSpan())
            target = Take(ref pack);
        return targets;
    }

    private static int Count(ReadOnlySpan<byte> pack)
    {
        int count = 0;
        for (; pack.Length > 0; count++)
        {
            int address = pack[NumberBytes + SmallBytes + InetHeader - 1];
            int zone = pack[NumberBytes + SmallBytes - 2];
            pack = pack[(NumberBytes + SmallBytes + InetHeader + address + zone)..];
        }

        return count;
    }

    private DesiredTarget Take(ref ReadOnlySpan<byte> pack)
    {
        uint number = (uint)BinaryPrimitives.ReadInt64BigEndian(pack);
        long small = BinaryPrimitives.ReadInt64BigEndian(pack[NumberBytes..]);
        pack = pack[(NumberBytes + SmallBytes)..];
        int addressBytes = pack[InetHeader - 1];
        Ip address = Ip.From(pack.Slice(InetHeader, addressBytes));
        pack = pack[(InetHeader + addressBytes)..];
        int zoneBytes = (byte)(small >> 8);
        string? zone = zoneBytes == 0 ? null : Zone(pack[..zoneBytes]);
        pack = pack[zoneBytes..];
        return new DesiredTarget(
            number, address, (int)(small >> 32), (int)(small >> 16 & 0xffff), Draining: (small & 1) != 0)
        {
            Ends = (small & 2) != 0,
            Zone = zone,
        };
    }

    /// <summary>One string for each zone.</summary>
    private string Zone(ReadOnlySpan<byte> utf8)
    {
        Span<char> name = stackalloc char[byte.MaxValue];
        name = name[..Encoding.UTF8.GetChars(utf8, name)];
        Dictionary<string, string>.AlternateLookup<ReadOnlySpan<char>> zones =
            _zones.GetAlternateLookup<ReadOnlySpan<char>>();
        if (!zones.TryGetValue(name, out string? zone))
            zones[name] = zone = name.ToString();
        return zone;
    }
}
