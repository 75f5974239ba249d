using System.Text.Json;
using Hyperplane.Terraform.Resources;
using Hyperplane.Terraform.Schemas;
using Hyperplane.Terraform.Values;

namespace Hyperplane.Terraform.Targets;

/// <summary><c>hyperplane_targets</c>: all targets of a group; others are taken out.</summary>
internal sealed class TargetsResource : Resource
{
    private const string GroupField = "target_group_id";
    private const string TargetsField = "targets";
    private const int MaxTargets = 1_000_000;

    /// <inheritdoc/>
    public override string TypeName => "hyperplane_targets";

    /// <inheritdoc/>
    public override ResourceSchema Schema { get; } = new(
        "All targets of a group: what else is registered there is deregistered.",
        [
            Field.Text("id", "The id of the group.").Computed(),
            Field.Text(GroupField, "The group.").Required().Replaces(),
            Field.Of(
                Nesting.Set,
                TargetsField,
                "The targets.",
                [
                    Field.Text("address", "Its address.").Required().With(Rules.Address),
                    Field.Number("port", "Its port.").Required().Between(1, 65_535),
                    TargetResource.Weight,
                    Field.Text("zone", "Where it is; not set: near in every zone.").Optional(),
                ]).Required().With(Unique),
        ]);

    /// <inheritdoc/>
    public override async Task<Value?> ReadAsync(ResourceCall call, Value state) =>
        await TargetList.ReadAsync(call, state["id"]) is { } all ? Whole(all, state["id"]) : null;

    /// <inheritdoc/>
    public override Task<Value> CreateAsync(ResourceCall call, Value planned) => SetAsync(call, planned);

    /// <inheritdoc/>
    public override Task<Value> UpdateAsync(ResourceCall call, Value prior, Value planned) => SetAsync(call, planned);

    /// <inheritdoc/>
    public override async Task DeleteAsync(ResourceCall call, Value state)
    {
        if (await TargetList.ReadAsync(call, state["id"]) is { } there)
            await TargetList.DeregisterAsync(
                call, state["id"], Known(there).IntersectBy(state[TargetsField].Elements.Select(Name), Name));
    }

    /// <inheritdoc/>
    public override Value Import(string id) => Value.Object(
        [KeyValuePair.Create("id", Value.Text(id)), KeyValuePair.Create(GroupField, Value.Text(id))]);

    /// <summary>First what is new, so that the group is never empty meanwhile.</summary>
    private static async Task<Value> SetAsync(ResourceCall call, Value planned)
    {
        Value group = planned[GroupField];
        IReadOnlyList<JsonElement> there = await TargetList.ReadAsync(call, group)
            ?? throw new FindingException(new Finding(
                "No such target group", $"There is no target group {group.AsText}.", FieldPath.Of(GroupField)));
        Value[] wanted = [.. planned[TargetsField].Elements];
        call.Kept = Whole(there, group);
        await TargetList.RegisterAsync(call, group, wanted.Except(Known(there)));
        await TargetList.DeregisterAsync(call, group, Known(there).ExceptBy(wanted.Select(Name), Name));
        return Whole(await TargetList.ReadAsync(call, group) ?? there, group);
    }

    private static string? Unique(Value targets)
    {
        if (targets.Elements.Length > MaxTargets)
            return $"{targets.Elements.Length} targets are more than {MaxTargets}.";
        string? twice = targets.Elements.GroupBy(Name, StringComparer.Ordinal)
            .FirstOrDefault(same => same.Count() > 1)?.Key;
        return twice is null ? null : $"{twice} is there more than once.";
    }

    private static string Name(Value target) => TargetList.Name(target);

    private static IEnumerable<Value> Known(IReadOnlyList<JsonElement> there) => there.Select(TargetList.Show);

    private static Value Whole(IReadOnlyList<JsonElement> there, Value group) => Value.Object(
    [
        KeyValuePair.Create("id", group),
        KeyValuePair.Create(GroupField, group),
        KeyValuePair.Create(TargetsField, Value.Set(Known(there))),
    ]);
}
