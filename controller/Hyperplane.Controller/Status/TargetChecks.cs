using Hyperplane.Controller.Contracts.Targets;
using Hyperplane.Controller.Store;
using Hyperplane.Controller.Targets;
using Microsoft.EntityFrameworkCore;

namespace Hyperplane.Controller.Status;

/// <summary>What each node's own checks found of one target.</summary>
internal static class TargetChecks
{
    /// <summary>Most nodes that are told of.</summary>
    public const int Limit = 64;

    private const short Healthy = 1;

    /// <summary>In the order of the nodes; empty while no node checks it.</summary>
    public static async Task<IReadOnlyList<TargetCheck>> ReadAsync(
        HyperplaneDb db, TargetRow target, CancellationToken cancel)
    {
        if (target.DrainingUntil is not null)
            return [];
        var votes = await db.TargetVotes.AsNoTracking().Where(vote => vote.TargetNumber == target.Number)
            .Join(db.Nodes, vote => vote.NodeId, node => node.Id, (vote, node) => new { vote, node })
            .Join(db.Cells, pair => pair.node.Cell, cell => cell.Name, (pair, cell) => new
            {
                pair.vote,
                pair.node.Id,
                pair.node.Name,
                cell.Zone,
            })
            .OrderBy(one => one.Id).Take(Limit).ToListAsync(cancel);
        return votes.ConvertAll(one => View(one.Name, one.Zone, one.vote));
    }

    private static TargetCheck View(string node, string zone, TargetVoteRow vote)
    {
        TargetState state = (vote.Vote ?? vote.State) switch
        {
            Healthy => TargetState.Healthy,
            0 => TargetState.Initial,
            _ => TargetState.Unhealthy,
        };
        return state == TargetState.Healthy
            ? new TargetCheck(node, zone, state, null, null, null, null)
            : new TargetCheck(
                node, zone, state, vote.Reason, vote.Sent ?? vote.Detail, vote.Received, vote.CheckedAt);
    }
}
