using Npgsql;

namespace Hyperplane.Controller.Snapshots;

/// <summary>What of a cell is read again after a change.</summary>
/// <param name="LoadBalancers">Their ids.</param>
/// <param name="Groups">All target groups that these use, used, or that changed themselves.</param>
internal sealed record CellPart(IReadOnlyCollection<string> LoadBalancers, IReadOnlyCollection<string> Groups)
{
    // With more than that a cell is read whole: that is one pass over its rows.
    private const int Most = 1_000;

    private const string UsesSql =
        """
        with touched as (
          select distinct u.load_balancer_id as id from listener_groups u
          join load_balancer_zones z on z.load_balancer_id = u.load_balancer_id and z.cell = $1
          where u.live_target_group_id = any($3)
          union select unnest($2))
        select t.id, u.live_target_group_id from touched t
        left join listener_groups u on u.load_balancer_id = t.id and u.live_target_group_id is not null
        """;

    /// <summary>The part that changes make: what changed, with the load balancers that a changed group serves and all
    /// their groups; null when it is too much for a part.</summary>
    /// <param name="connection">In the transaction that reads the part.</param>
    /// <param name="cell">The cell's name.</param>
    /// <param name="loadBalancers">Those that changed.</param>
    /// <param name="groups">Those that changed, and those that changed load balancers used.</param>
    /// <param name="cancel">Ends the wait.</param>
    public static async Task<CellPart?> ReadAsync(
        NpgsqlConnection connection,
        string cell,
        IReadOnlyCollection<string> loadBalancers,
        IReadOnlyCollection<string> groups,
        CancellationToken cancel)
    {
        if (loadBalancers.Count + groups.Count > Most)
            return null;
        var allLoadBalancers = new HashSet<string>(loadBalancers, StringComparer.Ordinal);
        var allGroups = new HashSet<string>(groups, StringComparer.Ordinal);
        if (allLoadBalancers.Count + allGroups.Count == 0)
            return new CellPart(allLoadBalancers, allGroups);
        await using var command = new NpgsqlCommand(UsesSql, connection)
        {
            Parameters =
            {
                new NpgsqlParameter { Value = cell },
                new NpgsqlParameter { Value = loadBalancers.ToArray() },
                new NpgsqlParameter { Value = groups.ToArray() },
            },
        };
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(cancel);
        while (await reader.ReadAsync(cancel))
        {
            allLoadBalancers.Add(reader.GetString(0));
            if (!await reader.IsDBNullAsync(1, cancel))
                allGroups.Add(reader.GetString(1));
        }

        return allLoadBalancers.Count + allGroups.Count > Most ? null : new CellPart(allLoadBalancers, allGroups);
    }
}
