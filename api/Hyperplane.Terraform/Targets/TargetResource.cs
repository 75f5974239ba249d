using System.Text.Json;
using Hyperplane.Terraform.Resources;
using Hyperplane.Terraform.Schemas;
using Hyperplane.Terraform.Values;

namespace Hyperplane.Terraform.Targets;

/// <summary><c>hyperplane_target</c>: one target of a group, beside others.</summary>
internal sealed class TargetResource : Resource
{
    private const string GroupField = "target_group_id";

    /// <summary>A target's own fields.</summary>
    internal static readonly Field Weight =
        Field.Number("weight", "Its share of new flows.").Or(Value.Number(1)).Between(0, 999);

    /// <inheritdoc/>
    public override string TypeName => "hyperplane_target";

    /// <inheritdoc/>
    public override ResourceSchema Schema { get; } = new(
        "One target of a group. Not together with hyperplane_targets of the same group.",
        [
            Field.Text("id", "Its group, address and port.").Computed(),
            Field.Text(GroupField, "The group.").Required().Replaces(),
            Field.Text("address", "Its address.").Required().Replaces().With(Rules.Address),
            Field.Number("port", "Its port; the group's unless it is said.")
                .Optional().Computed().Replaces().Between(1, 65_535),
            Weight,
            Field.Text("zone", "Where it is; not set: near in every zone.").Optional(),
        ]);

    /// <inheritdoc/>
    public override async Task<Value?> ReadAsync(ResourceCall call, Value state) =>
        (await TargetList.ReadAsync(call, state[GroupField]))?
            .Select(TargetList.Show)
            .Where(one => one["address"].Equals(state["address"]) && one["port"].Equals(state["port"]))
            .Select(one => Whole(one, state[GroupField]))
            .FirstOrDefault();

    /// <inheritdoc/>
    public override async Task<Value> CreateAsync(ResourceCall call, Value planned)
    {
        IReadOnlyList<JsonElement> shown = await TargetList.RegisterAsync(call, planned[GroupField], [planned]);
        return Whole(TargetList.Show(shown[0]), planned[GroupField]);
    }

    /// <inheritdoc/>
    public override Task<Value> UpdateAsync(ResourceCall call, Value prior, Value planned) =>
        CreateAsync(call, planned);

    /// <inheritdoc/>
    public override async Task DeleteAsync(ResourceCall call, Value state)
    {
        if (await ReadAsync(call, state) is not null)
            await TargetList.DeregisterAsync(call, state[GroupField], [state]);
    }

    /// <inheritdoc/>
    public override Value Import(string id)
    {
        string[] parts = id.Split('/');
        int colon = id.LastIndexOf(':');
        bool isTarget = parts is [{ Length: > 0 }, { Length: > 0 }]
            && colon > id.IndexOf('/', StringComparison.Ordinal);
        Value port = isTarget ? Value.ParseNumber(id[(colon + 1)..]) : Value.Null;
        if (port.AsWhole is not (>= 1 and <= 65_535))
            throw new FindingException(new Finding(
                "Not the id of a target",
                $"\"{id}\" must be TARGET_GROUP_ID/ADDRESS:PORT, an IPv6 address in brackets."));
        string address = id[(parts[0].Length + 1)..colon].TrimStart('[').TrimEnd(']');
        return Value.Object(
        [
            KeyValuePair.Create(GroupField, Value.Text(parts[0])),
            KeyValuePair.Create("address", Value.Text(address)),
            KeyValuePair.Create("port", port),
        ]);
    }

    private static Value Whole(Value target, Value group) => target
        .With(GroupField, group)
        .With("id", Value.Text($"{group.AsText}/{TargetList.Name(target)}"));
}
