using System.Globalization;
using System.Text.Json;
using Hyperplane.Lbctl.Api;
using Hyperplane.Lbctl.Applying.Requests;
using Hyperplane.Lbctl.Applying.Wanted;
using Hyperplane.Lbctl.Commands;
using Hyperplane.Lbctl.TargetGroups;
using Hyperplane.Lbctl.Targets;

namespace Hyperplane.Lbctl.Applying.Planning;

/// <summary>Plans target groups and their targets.</summary>
internal sealed class TargetGroupPlanner(Session session, Existing existing, Rehearsal rehearsal)
{
    private const string Noun = "target group";
    private const int MostTargetsAtOnce = 1_000;
    private static readonly string Path = ApiPath.Of("target-groups");

    /// <summary>Adds the steps of one group.</summary>
    /// <param name="wanted">The group.</param>
    /// <param name="steps">Gets what creates and changes.</param>
    /// <param name="deletions">Gets what takes away.</param>
    public async Task PlanAsync(WantedTargetGroup wanted, List<Step> steps, List<Step> deletions)
    {
        Resource<TargetGroup>? known =
            existing.TargetGroups.FirstOrDefault(one => one.Value.Name == wanted.Body.Name);
        if (known is null)
        {
            steps.Add(await CreateAsync(wanted));
            return;
        }

        string path = ApiPath.Of("target-groups", known.Value.Id);
        JsonElement? become = await rehearsal.TryAsync(
            wanted.At, Label(wanted), HttpMethod.Put, path, wanted.Body, ApplyJson.Default.NewTargetGroup);
        IReadOnlyList<FieldChange> fields = become is { } whole
            ? Fields.Differences(
                known.Json, whole, "protocol", "port", "ipAddressType", "healthCheck", "deregistrationDelaySeconds",
                "attributes", "tags")
            : [];
        if (fields.Count > 0)
            steps.Add(new Step(
                [new Change(ChangeKind.Change, Noun, wanted.Body.Name, fields)],
                applied => applied.Session.Api.SendAsync(
                    HttpMethod.Put, path, wanted.Body, ApplyJson.Default.NewTargetGroup, applied.Session.Deadline)));
        if (wanted.Targets is { } targets)
            await PlanTargetsAsync(wanted, targets, path + "/targets", steps, deletions);
    }

    private static string Label(WantedTargetGroup wanted) => $"{Noun} {wanted.Body.Name}";

    private async Task<Step> CreateAsync(WantedTargetGroup wanted)
    {
        NewTargetGroup body = wanted.Body with { Targets = wanted.Targets is { Count: > 0 } some ? some : null };
        await rehearsal.TryAsync(
            wanted.At, Label(wanted), HttpMethod.Post, Path, body, ApplyJson.Default.NewTargetGroup);
        JsonElement said = JsonSerializer.SerializeToElement(body, ApplyJson.Default.NewTargetGroup);
        return new Step(
            [
                new Change(ChangeKind.Create, Noun, body.Name, Fields.Said(said, "name", "targets")),
                .. (body.Targets ?? []).Select(target => Created(wanted, target)),
            ],
            async applied =>
            {
                ApiAnswer answer = await applied.Session.Api.SendAsync(
                    HttpMethod.Post, Path, body, ApplyJson.Default.NewTargetGroup, applied.Session.Deadline);
                string id = answer.Read(TargetGroup.Kind.Type).Value.Id;
                applied.Ids.TargetGroups[body.Name] = id;
                if (body.Targets is null)
                    return;
                string targets = ApiPath.Of("target-groups", id, "targets");
                applied.Register(targets, await applied.Session.Catalogue.ListAsync(
                    Target.Kind, targets, applied.Session.Deadline));
            });
    }

    private async Task PlanTargetsAsync(
        WantedTargetGroup group, IReadOnlyList<TargetRequested> wanted, string path, List<Step> steps,
        List<Step> deletions)
    {
        Dictionary<string, Target> there = (await session.Catalogue.ListAsync(Target.Kind, path, session.Deadline))
            .Select(static one => one.Value)
            .Where(static one => one.State != Target.Draining)
            .ToDictionary(Target.Kind.Name, StringComparer.Ordinal);
        var register = new List<(TargetRequested Target, Change Change)>();
        foreach (TargetRequested target in wanted)
        {
            if (!there.Remove(Name(group, target), out Target? known))
                register.Add((target, Created(group, target)));
            else if (Differences(known, target) is { Count: > 0 } fields)
                register.Add((target, new Change(ChangeKind.Change, "target", Of(group, target), fields)));
        }

        foreach ((TargetRequested Target, Change Change)[] part in register.Chunk(MostTargetsAtOnce))
        {
            var body = new TargetsRequest([.. part.Select(static one => one.Target)]);
            await rehearsal.TryAsync(
                group.At, $"targets of {Label(group)}", HttpMethod.Post, path, body, WireJson.Default.TargetsRequest);
            steps.Add(new Step([.. part.Select(static one => one.Change)], async applied =>
                applied.Register(path, (await applied.Session.Api.SendAsync(
                    HttpMethod.Post, path, body, WireJson.Default.TargetsRequest, applied.Session.Deadline))
                    .ReadItems(Target.Kind.Type))));
        }

        foreach (Target[] part in there.Values.Chunk(MostTargetsAtOnce))
        {
            var body = new TargetsRequest(
                [.. part.Select(static one => new TargetRequested(one.Address, one.Port, null))]);
            deletions.Add(new Step(
                [
                    .. part.Select(one => new Change(
                        ChangeKind.Delete, "target", $"{Target.Kind.Name(one)} of {group.Body.Name}", [])),
                ],
                applied => applied.Session.Api.SendAsync(
                    HttpMethod.Post, $"{path}:deregister", body, WireJson.Default.TargetsRequest,
                    applied.Session.Deadline)));
        }
    }

    private static Change Created(WantedTargetGroup group, TargetRequested target)
    {
        IEnumerable<FieldChange> fields =
        [
            new("weight", null, target.Weight?.ToString(CultureInfo.InvariantCulture)),
            new("zone", null, target.Zone),
        ];
        return new Change(
            ChangeKind.Create, "target", Of(group, target), [.. fields.Where(static field => field.New is not null)]);
    }

    private static IReadOnlyList<FieldChange> Differences(Target known, TargetRequested wanted)
    {
        FieldChange[] fields =
        [
            new(
                "weight",
                known.Weight?.ToString(CultureInfo.InvariantCulture),
                (wanted.Weight ?? 1).ToString(CultureInfo.InvariantCulture)),
            new("zone", known.Zone, wanted.Zone),
        ];
        return [.. fields.Where(static field => field.Old != field.New)];
    }

    private static string Of(WantedTargetGroup group, TargetRequested target) =>
        $"{Name(group, target)} of {group.Body.Name}";

    private static string Name(WantedTargetGroup group, TargetRequested target) =>
        Target.Endpoint(target.Address, target.Port ?? group.Body.Port);
}
