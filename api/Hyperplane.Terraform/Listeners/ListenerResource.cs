using System.Text.Json;
using System.Text.Json.Nodes;
using Hyperplane.Terraform.Resources;
using Hyperplane.Terraform.Schemas;
using Hyperplane.Terraform.Values;

namespace Hyperplane.Terraform.Listeners;

/// <summary><c>hyperplane_listener</c>: a port of a load balancer, and where its flows go.</summary>
internal sealed class ListenerResource : ApiResource
{
    private const int UdpIdleTimeoutSeconds = 120;
    private const int IdleTimeoutSeconds = 350;

    /// <inheritdoc/>
    public override string TypeName => "hyperplane_listener";

    /// <inheritdoc/>
    public override string Noun => "listener";

    /// <inheritdoc/>
    public override ResourceSchema Schema { get; } = new(
        "A port of a load balancer, and the target groups that its flows go to.",
        [
            Field.Text("id", "Stable and never reused.").Computed(),
            Field.Text("load_balancer_id", "The load balancer that it belongs to.").Required().Replaces(),
            Field.Text("protocol", "TCP, UDP or TCP_UDP.").Required().OneOf("TCP", "UDP", "TCP_UDP"),
            Field.Number("port", "Where it listens.").Required().Between(1, 65_535),
            Field.Text("target_group_id", "Where its flows go; or say target_groups.").Optional(),
            Field.Of(
                Nesting.Set,
                "target_groups",
                "Where its flows go, by weight: 1 to 5 groups.",
                [
                    Field.Text("target_group_id", "The group.").Required(),
                    Field.Number("weight", "Its share of new flows.").Or(Value.Number(1)).Between(0, 999),
                ]).Optional().With(
                    value => value.Elements.Length is >= 1 and <= 5 ? null : "1 to 5 groups are needed."),
            Field.Number("idle_timeout_seconds", "After so long without a packet a flow is forgotten.")
                .Optional().Computed().Between(60, 6_000),
            Field.TextSet("allowed_cidrs", "The prefixes whose clients may begin flows; not set: everybody.")
                .Optional().With(Rules.Cidrs),
            Field.TextSet("denied_cidrs", "Those whose clients may not, whatever allowed_cidrs says.")
                .Optional().With(Rules.Cidrs),
            Field.Text("created_at", "When it was asked for.").Computed(),
            Timeouts.Field,
        ]);

    /// <inheritdoc/>
    protected override bool IsAwaited => true;

    /// <inheritdoc/>
    public override string Collection(Value known) =>
        $"v1/load-balancers/{Uri.EscapeDataString(known["load_balancer_id"].AsText!)}/listeners";

    /// <inheritdoc/>
    public override IEnumerable<Finding> Judge(Value config)
    {
        bool hasNone = config["target_group_id"].IsNull && config["target_groups"].IsNull;
        bool hasBoth = !config["target_group_id"].IsNull && !config["target_groups"].IsNull;
        if (hasNone || hasBoth)
            yield return new Finding(
                hasNone ? "Missing value" : "Conflicting values",
                "Say target_group_id, or target_groups with weights: one of them.",
                FieldPath.Of("target_group_id"));
        bool isUdp = config["protocol"].AsText == "UDP";
        if (isUdp && config["idle_timeout_seconds"].AsWhole is not (null or UdpIdleTimeoutSeconds))
            yield return new Finding(
                "Conflicting values",
                $"The idle timeout of UDP is {UdpIdleTimeoutSeconds} s, always.",
                FieldPath.Of("idle_timeout_seconds"));
    }

    /// <inheritdoc/>
    public override Value Plan(Value config, Value prior, Value planned, Value defaultTags)
    {
        if (!config["idle_timeout_seconds"].IsNull)
            return planned;
        return planned.With("idle_timeout_seconds", planned["protocol"].AsText switch
        {
            null => Value.Unknown,
            "UDP" => Value.Number(UdpIdleTimeoutSeconds),
            _ => Value.Number(IdleTimeoutSeconds),
        });
    }

    /// <inheritdoc/>
    public override Value Import(string id) => id.Split('/') is [{ Length: > 0 } balancer, { Length: > 0 } listener]
        ? base.Import(listener).With("load_balancer_id", Value.Text(balancer))
        : throw new FindingException(new Finding(
            "Not the id of a listener", $"\"{id}\" must be LOAD_BALANCER_ID/LISTENER_ID."));

    /// <inheritdoc/>
    public override Value Show(JsonElement json, Value known, Value defaultTags)
    {
        Value groups = Value.Set(json.GetProperty("targetGroups").EnumerateArray().Select(group => Value.Object(
            Texts.Read(group, ("target_group_id", "targetGroupId"), ("weight", "weight")))));
        bool isPlain = known["target_groups"].IsNull
            && groups.Elements is [{ } only]
            && (only["weight"].AsWhole == 1 || !known["target_group_id"].IsNull);
        return Value.Object(
        [
            .. Texts.Read(
                json, ("id", "id"), ("load_balancer_id", "loadBalancerId"), ("protocol", "protocol"), ("port", "port"),
                ("idle_timeout_seconds", "idleTimeoutSeconds"), ("created_at", "createdAt")),
            KeyValuePair.Create(
                "target_group_id", isPlain ? groups.Elements[0]["target_group_id"] : Value.Null),
            KeyValuePair.Create("target_groups", isPlain ? Value.Null : groups),
            KeyValuePair.Create("allowed_cidrs", Cidrs(json, "allowedCidrs", known["allowed_cidrs"])),
            KeyValuePair.Create("denied_cidrs", Cidrs(json, "deniedCidrs", known["denied_cidrs"])),
            KeyValuePair.Create(Timeouts.Field.Name, known[Timeouts.Field.Name]),
        ]);
    }

    /// <inheritdoc/>
    protected override JsonObject CreateBody(Value planned) => new JsonObject
    {
        ["protocol"] = planned["protocol"].AsText,
        ["port"] = planned["port"].AsWhole,
        ["targetGroups"] = Groups(planned),
        ["idleTimeoutSeconds"] = planned["protocol"].AsText == "UDP" ? null : planned["idle_timeout_seconds"].AsWhole,
        ["allowedCidrs"] = Bodies.Of(planned["allowed_cidrs"]),
        ["deniedCidrs"] = Bodies.Of(planned["denied_cidrs"]),
    }.WithoutNulls();

    /// <inheritdoc/>
    protected override JsonObject ChangeBody(Value prior, Value planned)
    {
        JsonObject body = Differences(
            prior, planned, ("protocol", "protocol"), ("port", "port"), ("allowed_cidrs", "allowedCidrs"),
            ("denied_cidrs", "deniedCidrs"));
        bool changesIdle = !planned["idle_timeout_seconds"].Equals(prior["idle_timeout_seconds"]);
        if (changesIdle && planned["protocol"].AsText != "UDP")
            body["idleTimeoutSeconds"] = planned["idle_timeout_seconds"].AsWhole;
        JsonArray groups = Groups(planned);
        if (!JsonNode.DeepEquals(groups, Groups(prior)))
            body["targetGroups"] = groups;
        return body;
    }

    private static JsonArray Groups(Value planned) => planned["target_groups"].IsKnown
        ? new JsonArray([.. planned["target_groups"].Elements.Select(
            group => Group(group["target_group_id"], group["weight"].AsWhole))])
        : new JsonArray(Group(planned["target_group_id"], 1));

    private static JsonObject Group(Value id, long? weight) =>
        new() { ["targetGroupId"] = id.AsText, ["weight"] = weight };

    /// <summary>None is not set, unless an empty set is what was said.</summary>
    private static Value Cidrs(JsonElement json, string member, Value known)
    {
        Value shown = ValueCodec.Read(json.GetProperty(member), AttributeType.Set(AttributeType.Text));
        return shown.Elements.IsEmpty && known.IsNull ? Value.Null : shown;
    }
}
