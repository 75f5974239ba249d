using Hyperplane.Controller.Contracts.Outcomes;
using Hyperplane.Controller.Contracts.TargetGroups;
using Hyperplane.Controller.Contracts.Targets;
using Hyperplane.Controller.Contracts.Tenants;
using Hyperplane.Controller.Status;
using Hyperplane.Controller.Store;
using Hyperplane.Controller.Targets;
using Hyperplane.Controller.Tests.Store;
using Microsoft.EntityFrameworkCore;

namespace Hyperplane.Controller.Tests.Status;

/// <summary>How targets and groups are, by any votes of nodes of two cells, beside the rule written anew.</summary>
public sealed class GroupHealthTests(PostgresFixture postgres)
{
    private const int Seeds = 40;
    private const int Groups = 12;
    private const int Nodes = 5;
    private static readonly TimeSpan LiveTime = TimeSpan.FromSeconds(15);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Targets_and_groups_are_as_the_rule_says_for_any_votes()
    {
        await using Region region = await Region.CreateAsync(postgres);
        await region.ZoneAsync(nodes: Nodes);
        string tenant = (await region.TenantAsync()).Id;
        await RegisterAsync(region, tenant);
        var seen = new HashSet<(bool, OperatingStatus)>();
        for (int seed = 1; seed <= Seeds; seed++)
        {
            var random = new Random(seed);
            DateTimeOffset now = region.Database.Now;
            List<TargetRow> targets = await region.Database.RunAsync(null, db => VoteAsync(db, random, now), Cancel);
            (List<TargetVoteRow> votes, HashSet<int> live) = await region.Database.RunAsync(
                null,
                async db => (
                    await db.TargetVotes.AsNoTracking().ToListAsync(Cancel),
                    await db.NodeReports.Where(report => report.ReportedAt > now - LiveTime)
                        .Select(report => report.NodeId).ToHashSetAsync(Cancel)),
                Cancel);
            string[] groups = [.. targets.Select(target => target.TargetGroupId).Distinct()];
            (List<TargetStateRow> states, GroupHealthReader glance) = await region.Database.RunAsync(
                tenant,
                async db => (
                    await GroupHealthReader.StatesAsync(db, groups, now - LiveTime, Cancel),
                    await GroupHealthReader.ReadAsync(db, groups, now - LiveTime, Cancel)),
                Cancel);

            Assert.Equal(targets.Count, states.Count);
            ILookup<long, TargetVoteRow> votesOf = votes.ToLookup(vote => vote.TargetNumber);
            Dictionary<string, Expected> expected = targets.ToDictionary(
                target => target.Id, target => Expected.Of([.. votesOf[target.Number]], live));
            Assert.All(states, state => Assert.Equal(
                (seed, state.TargetId, expected[state.TargetId]),
                (seed, state.TargetId, new Expected(
                    state.State, state.Reason, state.Detail, state.HealthyNodes, state.VotingNodes))));
            foreach (IGrouping<string, TargetRow> group in targets.GroupBy(target => target.TargetGroupId))
            {
                TargetRow[] counted = [.. group.Where(target => target.DrainingUntil is null)];
                var health = new GroupHealth(
                    counted.Length, counted.Count(target => expected[target.Id].State == 1));
                Assert.Equal((seed, group.Key, health), (seed, group.Key, glance.Of(group.Key)));
                seen.Add((counted.Length < group.Count(), GroupHealth.Sum([health])));
            }
        }

        // With and without draining targets; one without any is not counted among groups.
        Assert.Equal(7, seen.Count);
    }

    private static async Task RegisterAsync(Region region, string tenant)
    {
        for (int number = 0; number < Groups; number++)
        {
            TargetGroup group = await region.TargetGroupAsync(tenant, $"group-{number}");
            if (number > 0)
                Region.Done(await region.Targets.RegisterAsync(
                    tenant,
                    group.Id,
                    [
                        .. Enumerable.Range(1, (number % 4) + 1)
                            .Select(i => new TargetConfig($"10.0.{number}.{i}", null, 1)),
                    ],
                    Cancel));
        }
    }

    /// <summary>Any node finds anything, or is silent for long; in every other round nearly all is well.</summary>
    private static async Task<List<TargetRow>> VoteAsync(HyperplaneDb db, Random random, DateTimeOffset now)
    {
        await db.TargetVotes.ExecuteDeleteAsync(Cancel);
        await db.NodeReports.ExecuteDeleteAsync(Cancel);
        bool isWell = random.Next(2) == 0;
        bool mayDrain = random.Next(2) == 0;
        int[] nodes = await db.Nodes.Select(node => node.Id).ToArrayAsync(Cancel);
        foreach (int node in nodes.Where(_ => random.Next(8) > 0))
            db.NodeReports.Add(new NodeReportRow
            {
                NodeId = node, Start = 1, Peers = "[]", Counters = "{}", Announced = [], UnservedGroups = [],
                ReportedAt = now - TimeSpan.FromSeconds(random.Next(4) > 0 ? 1 : 60), TargetsHash = [],
            });
        List<TargetRow> targets = await db.Targets.OrderBy(target => target.Serial).ToListAsync(Cancel);
        foreach (TargetRow target in targets)
        {
            target.DrainingUntil = mayDrain && random.Next(4) == 0 ? now + TimeSpan.FromMinutes(1) : null;
            foreach (int node in nodes.Where(_ => random.Next(isWell ? 40 : 6) > 0))
            {
                short state = isWell && random.Next(40) > 0 ? (short)1 : new short[] { 0, 1, 2, 5 }[random.Next(4)];
                db.TargetVotes.Add(new TargetVoteRow
                {
                    TargetNumber = target.Number, NodeId = node, TenantId = target.TenantId,
                    TargetGroupId = target.TargetGroupId, Cell = node % 2 == 0 ? "even" : "odd", State = state,
                    Vote = random.Next(3) == 0 ? (short)random.Next(3) : null,
                    Reason = state == 1 ? null : $"reason {node}",
                    Detail = random.Next(2) == 0 ? $"detail {node}" : null,
                    Sent = random.Next(2) == 0 ? "sent" : null, Received = random.Next(2) == 0 ? "received" : null,
                });
            }
        }

        return targets;
    }

    /// <summary>What a target is to be: the worst of its cells, each of them by the majority of votes of live nodes, or
    /// of all nodes that voted when none of them lives.</summary>
    private sealed record Expected(short State, string? Reason, string? Detail, int HealthyNodes, int VotingNodes)
    {
        public static Expected Of(TargetVoteRow[] all, HashSet<int> live)
        {
            TargetVoteRow[] votes = Array.Exists(all, vote => live.Contains(vote.NodeId))
                ? Array.FindAll(all, vote => live.Contains(vote.NodeId))
                : all;
            short[] cells = [.. votes.GroupBy(vote => vote.Cell).Select(Cell)];
            short worst = cells.Contains((short)2) ? (short)2 : cells.Contains((short)0) ? (short)0 : (short)1;
            if (cells.Length == 0)
                return new Expected(0, null, null, 0, 0);
            TargetVoteRow? why = worst == 1
                ? null
                : votes.Where(vote => worst == 2 ? vote.State is 2 or 5 : vote.State == 0)
                    .OrderBy(vote => FoundHealthy(vote)).ThenBy(vote => vote.NodeId).FirstOrDefault();
            bool drains = worst == 2 && Array.Exists(votes, vote => vote.State == 5);
            return new Expected(
                drains ? (short)5 : worst, why?.Reason, Text(why), votes.Count(FoundHealthy), votes.Length);
        }

        private static short Cell(IEnumerable<TargetVoteRow> votes)
        {
            ILookup<short, TargetVoteRow> by = votes.ToLookup(vote => vote.State == 5 ? (short)2 : vote.State);
            (int initial, int healthy, int unhealthy) = (by[0].Count(), by[1].Count(), by[2].Count());
            if (healthy > initial + unhealthy)
                return 1;
            return unhealthy > 0 && unhealthy >= initial ? (short)2 : (short)0;
        }

        private static bool FoundHealthy(TargetVoteRow vote) => (vote.Vote ?? vote.State) == 1;

        private static string? Text(TargetVoteRow? why)
        {
            string?[] said = [why?.Sent, why?.Received];
            string check = string.Join(": ", said.Where(text => text is not null));
            string?[] parts = [why?.Detail, check.Length > 0 ? check : null];
            string all = string.Join("; ", parts.Where(text => text is not null));
            return all.Length > 0 ? all : null;
        }
    }
}
