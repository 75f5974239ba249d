using System.Globalization;
using Hyperplane.Api.Authentication;
using Hyperplane.Api.OpenApi;
using Hyperplane.Api.Problems;
using Hyperplane.Api.Resources;
using Hyperplane.Controller.Contracts.Snapshots;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Hyperplane.Api.Snapshots;

/// <summary>/v1/cells/{cell}/snapshots and /v1/cells/{cell}/rollout</summary>
internal static class SnapshotEndpoints
{
    private const string Tag = "Snapshots";
    private const string All = "/cells/{cell}/snapshots";
    private const string One = All + "/{version}";

    public static void MapSnapshots(this IEndpointRouteBuilder v1)
    {
        v1.MapGet("/cells/{cell}/rollout", StateAsync)
            .Describe(
                Tag, "getRollout", "Get a cell's roll-out", "How far the newest snapshot came, and what holds it.")
            .Answers<RolloutView>(200).Refuses(404).Opens(Access.Operator);
        v1.MapGet(All, ListAsync)
            .Describe(Tag, "listSnapshots", "List snapshots", "The last versions of the cell, newest first.")
            .Answers<ListView<SnapshotView>>(200).Refuses(404).Opens(Access.Operator);
        v1.MapGet(One, GetAsync)
            .Describe(Tag, "getSnapshot", "Get a snapshot", "One version, with the nodes that run or refuse it.")
            .Answers<SnapshotView>(200).Refuses(404).Opens(Access.Operator);
        v1.MapGet(All + ":diff", DiffAsync)
            .Describe(Tag, "diffSnapshots", "Compare two snapshots", "What the second has that the first has not.")
            .WithMetadata(
                new QueryParameter("from", "A version; without it what most nodes run.", "integer", Minimum: 1),
                new QueryParameter("to", "A version; without it the newest.", "integer", Minimum: 1))
            .Answers<SnapshotDiffView>(200).Refuses(400, 404, 409).Opens(Access.Operator);
        v1.MapPost(One + ":pin", PinAsync)
            .Describe(Tag, "pinSnapshot", "Pin a snapshot",
                "The cell stays on what this version has of tenants, under a new number, until it is unpinned.")
            .Answers<RolloutView>(200).Refuses(404, 409).Opens(Access.Operator);
        v1.MapPost(All + ":unpin", UnpinAsync)
            .Describe(Tag, "unpinSnapshot", "Unpin a cell", "It follows its tenants again.")
            .Answers<RolloutView>(200).Refuses(404).Opens(Access.Operator);
        v1.MapPost(All + ":rollback", RollBackAsync)
            .Describe(Tag, "rollBackSnapshot", "Roll a cell back", "Pins the version before the one in force.")
            .Answers<RolloutView>(200).Refuses(404, 409).Opens(Access.Operator);
        v1.MapPost(All + ":allow-removals", AllowRemovalsAsync)
            .Describe(Tag, "allowRemovals", "Allow removals once",
                "Nodes that run an older version may lose any VIP, and those kept since the store was restored go.")
            .Answers<RolloutView>(200).Refuses(404).Opens(Access.Operator);
    }

    private static async Task<IResult> StateAsync(string cell, ISnapshots snapshots, CancellationToken cancel) =>
        (await snapshots.GetAsync(cell, cancel)).Ok(RolloutView.From);

    private static async Task<IResult> ListAsync(string cell, ISnapshots snapshots, CancellationToken cancel) =>
        (await snapshots.ListAsync(cell, cancel)).Ok(all => ListViews.From(all, SnapshotView.From));

    private static async Task<IResult> GetAsync(
        string cell, string version, ISnapshots snapshots, CancellationToken cancel) =>
        Read(version) is { } number
            ? (await snapshots.GetAsync(cell, number, cancel)).Ok(SnapshotView.From)
            : Nowhere(cell);

    private static async Task<IResult> DiffAsync(
        string cell, HttpContext context, ISnapshots snapshots, CancellationToken cancel)
    {
        (string? from, string? to) = (context.Request.Query["from"], context.Request.Query["to"]);
        ProblemError[] errors =
        [
            .. new[] { ("from", from), ("to", to) }.Where(one => one.Item2 is not null && Read(one.Item2) is null)
                .Select(one => new ProblemError(
                    $"query:{one.Item1}", ProblemCodes.InvalidValue, "Must be the number of a version.")),
        ];
        if (errors.Length > 0)
            return new ProblemResult(
                Problem.Of(400, ProblemCodes.InvalidValue, errors[0].Message) with { Errors = errors });
        return (await snapshots.DiffAsync(cell, Read(from), Read(to), cancel)).Ok(SnapshotDiffView.Of);
    }

    private static async Task<IResult> PinAsync(
        string cell, string version, ISnapshots snapshots, CancellationToken cancel) =>
        Read(version) is { } number
            ? (await snapshots.PinAsync(cell, number, cancel)).Ok(RolloutView.From)
            : Nowhere(cell);

    private static async Task<IResult> UnpinAsync(string cell, ISnapshots snapshots, CancellationToken cancel) =>
        (await snapshots.UnpinAsync(cell, cancel)).Ok(RolloutView.From);

    private static async Task<IResult> RollBackAsync(string cell, ISnapshots snapshots, CancellationToken cancel) =>
        (await snapshots.RollBackAsync(cell, cancel)).Ok(RolloutView.From);

    private static async Task<IResult> AllowRemovalsAsync(
        string cell, ISnapshots snapshots, CancellationToken cancel) =>
        (await snapshots.AllowRemovalsAsync(cell, cancel)).Ok(RolloutView.From);

    private static ulong? Read(string? text) =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong version)
            && version is > 0 and <= long.MaxValue
            ? version
            : null;

    private static ProblemResult Nowhere(string cell) =>
        new(Problem.Of(404, ProblemCodes.NotFound, $"The cell {cell} has no such snapshot."));
}
