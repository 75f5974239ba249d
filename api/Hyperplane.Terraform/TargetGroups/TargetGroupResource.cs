using System.Text.Json;
using System.Text.Json.Nodes;
using Hyperplane.Terraform.Resources;
using Hyperplane.Terraform.Schemas;
using Hyperplane.Terraform.Values;

namespace Hyperplane.Terraform.TargetGroups;

/// <summary><c>hyperplane_target_group</c>: targets that are checked alike.</summary>
internal sealed class TargetGroupResource : ApiResource
{
    private const string Termination = "connection_termination";
    private static readonly string[] OfDsr = ["encapsulation", "encapsulation_port", "network_id"];

    private static readonly Attributes Attributes = new(
        (Field.Text("algorithm", "How targets are chosen: five_tuple, source_ip, two_choices or least_flows.")
            .Or(Value.Text("five_tuple")).OneOf("five_tuple", "source_ip", "two_choices", "least_flows"),
            "load_balancing.algorithm.type"),
        (Field.Text("cross_zone", "true, false, or use_load_balancer_configuration.")
            .Or(Value.Text("use_load_balancer_configuration"))
            .OneOf("true", "false", "use_load_balancer_configuration"),
            "load_balancing.cross_zone.enabled"),
        (Field.Number("minimum_healthy_targets", "With fewer healthy targets new flows go to all of them.")
            .Or(Value.Number(1)).Between(1, 10_000),
            "target_group_health.unhealthy_state_routing.minimum_healthy_targets.count"),
        (Field.Number("minimum_healthy_percentage", "The same in percent; not set: not asked.")
            .Optional().Between(1, 100),
            "target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage"),
        (Field.Truth(Termination, "Whether flows end with the deregistration delay; true with UDP unless said.")
            .Optional().Computed(),
            "deregistration_delay.connection_termination.enabled"),
        (Field.Truth("unhealthy_connection_termination", "Whether flows of a target that failed end.")
            .Or(Value.Truth(false)),
            "target_health_state.unhealthy.connection_termination.enabled"),
        (Field.Number("unhealthy_draining_seconds", "They end so long after; 0: never.")
            .Or(Value.Number(0)).Between(0, 360_000),
            "target_health_state.unhealthy.draining_interval_seconds"),
        (Field.Truth("endpoint_weight", "Whether answers to HTTP and HTTPS checks tell the target's weight.")
            .Or(Value.Truth(false)),
            "health_checks.endpoint_weight.enabled"),
        (Field.Truth("proxy_protocol_v2", "Whether connections begin with a header that names the client.")
            .Or(Value.Truth(false)),
            "proxy_protocol_v2.enabled"),
        (Field.Text("forwarding_mode", "nat, or dsr: targets answer clients themselves.")
            .Or(Value.Text("nat")).OneOf("nat", "dsr"),
            "forwarding.mode"),
        (Field.Text("encapsulation", "Of dsr: gue, ipip, gre or vxlan.")
            .Or(Value.Text("gue")).OneOf("gue", "ipip", "gre", "vxlan"),
            "forwarding.encapsulation"),
        (Field.Number("encapsulation_port", "Of gue and vxlan: the UDP port of the target's end; 0: the usual one.")
            .Or(Value.Number(0)).Between(0, 65_535),
            "forwarding.port"),
        (Field.Number("network_id", "Of vxlan the network, of gre the key.")
            .Or(Value.Number(0)).Between(0, 16_777_215),
            "forwarding.network_id"));

    private static readonly Field HealthCheck = Field.Of(
        Nesting.Single,
        "health_check",
        "How to tell a healthy target.",
        [
            Field.Text("protocol", "TCP, HTTP or HTTPS.").Or(Value.Text("TCP")).OneOf("TCP", "HTTP", "HTTPS"),
            Field.Number("port", "Not set: the target's own.").Optional().Between(1, 65_535),
            Field.Text("path", "Of HTTP and HTTPS; / unless it is said.").Optional().Computed(),
            Field.Number("interval_seconds", "From one check to the next.").Or(Value.Number(30)).Between(1, 300),
            Field.Number("timeout_seconds", "A check without an answer for so long has failed.")
                .Optional().Computed().Between(1, 300),
            Field.Number("healthy_threshold", "So many successes bring a target back.")
                .Or(Value.Number(5)).Between(1, 10),
            Field.Number("unhealthy_threshold", "So many failures make a target unhealthy.")
                .Or(Value.Number(2)).Between(1, 10),
            Field.Text("matcher", "Of HTTP and HTTPS: the status codes that are success, 200-399 unless said.")
                .Optional().Computed(),
        ]).Or(Value.Object([]));

    private static readonly (string Field, string Member)[] HealthMembers =
    [
        ("protocol", "protocol"), ("port", "port"), ("path", "path"), ("interval_seconds", "intervalSeconds"),
        ("timeout_seconds", "timeoutSeconds"), ("healthy_threshold", "healthyThreshold"),
        ("unhealthy_threshold", "unhealthyThreshold"), ("matcher", "matcher"),
    ];

    /// <inheritdoc/>
    public override string TypeName => "hyperplane_target_group";

    /// <inheritdoc/>
    public override string Noun => "target group";

    /// <inheritdoc/>
    public override ResourceSchema Schema { get; } = new(
        "A group of targets that listeners forward to.",
        [
            Field.Text("id", "Stable and never reused.").Computed(),
            Field.Text("name", "Unique in the tenant.").Required().Replaces().With(Rules.Name),
            Field.Text("protocol", "What its targets speak: TCP, UDP or TCP_UDP.")
                .Required().Replaces().OneOf("TCP", "UDP", "TCP_UDP"),
            Field.Number("port", "The port of targets that name none.").Required().Replaces().Between(1, 65_535),
            Field.Text("ip_address_type", "Of which family its targets' addresses are: ipv4 or ipv6.")
                .Or(Value.Text("ipv4")).Replaces().OneOf("ipv4", "ipv6"),
            Field.Number("deregistration_delay_seconds", "So long flows of a deregistered target go on.")
                .Or(Value.Number(300)).Between(0, 3_600),
            HealthCheck,
            .. Attributes.Fields,
            .. Tags.Fields,
            Field.Text("created_at", "When it was asked for.").Computed(),
        ]);

    /// <inheritdoc/>
    public override string Collection(Value known) => "v1/target-groups";

    /// <inheritdoc/>
    public override IEnumerable<Finding> Judge(Value config)
    {
        Value check = config["health_check"];
        bool isTcp = check["protocol"].IsNull || check["protocol"].AsText == "TCP";
        foreach (string field in (string[])["path", "matcher"])
        {
            if (isTcp && !check[field].IsNull)
                yield return new Finding(
                    "Conflicting values",
                    $"Only a check with protocol = \"HTTP\" or \"HTTPS\" has a {field}.",
                    FieldPath.Of("health_check", field));
        }

        if (check["timeout_seconds"].AsWhole > (check["interval_seconds"].AsWhole ?? long.MaxValue))
            yield return new Finding(
                "Conflicting values",
                "A check's timeout is at most its interval_seconds.",
                FieldPath.Of("health_check", "timeout_seconds"));
        if (isTcp && config["endpoint_weight"].AsTruth == true)
            yield return new Finding(
                "Conflicting values",
                "Only answers to HTTP and HTTPS checks tell weights.",
                FieldPath.Of("endpoint_weight"));
        bool isNat = config["forwarding_mode"].IsNull || config["forwarding_mode"].AsText == "nat";
        foreach (string field in OfDsr.Where(field => isNat && !config[field].IsNull))
            yield return new Finding(
                "Conflicting values", $"Only forwarding_mode = \"dsr\" has {field}.", FieldPath.Of(field));
        bool isTcpGroup = config["protocol"].AsText is null or "TCP";
        if (config["proxy_protocol_v2"].AsTruth == true && !(isNat && isTcpGroup))
            yield return new Finding(
                "Conflicting values",
                "Only TCP groups with forwarding_mode = \"nat\" have the proxy protocol.",
                FieldPath.Of("proxy_protocol_v2"));
    }

    /// <inheritdoc/>
    public override Value Plan(Value config, Value prior, Value planned, Value defaultTags)
    {
        if (config[Termination].IsNull)
            planned = planned.With(
                Termination,
                planned["protocol"].AsText is { } protocol ? Value.Truth(protocol != "TCP") : Value.Unknown);
        if (planned["health_check"].IsKnown)
            planned = planned.With("health_check", PlanCheck(config["health_check"], planned["health_check"]));
        return Tags.Plan(planned, defaultTags);
    }

    /// <inheritdoc/>
    public override Value Show(JsonElement json, Value known, Value defaultTags) => Value.Object(
    [
        .. Texts.Read(
            json, ("id", "id"), ("name", "name"), ("protocol", "protocol"), ("port", "port"),
            ("ip_address_type", "ipAddressType"), ("created_at", "createdAt"),
            ("deregistration_delay_seconds", "deregistrationDelaySeconds")),
        KeyValuePair.Create(
            "health_check", Value.Object(Texts.Read(json.GetProperty("healthCheck"), HealthMembers))),
        .. Attributes.Read(json),
        .. Tags.Read(json, known, defaultTags),
    ]);

    /// <inheritdoc/>
    protected override JsonObject CreateBody(Value planned) => new JsonObject
    {
        ["name"] = planned["name"].AsText,
        ["protocol"] = planned["protocol"].AsText,
        ["port"] = planned["port"].AsWhole,
        ["ipAddressType"] = planned["ip_address_type"].AsText,
        ["deregistrationDelaySeconds"] = planned["deregistration_delay_seconds"].AsWhole,
        ["healthCheck"] = Differences(Value.Null, planned["health_check"], HealthMembers).WithoutNulls(),
        ["attributes"] = Attributes.Body(planned),
        ["tags"] = Tags.Body(planned),
    }.WithoutNulls();

    /// <inheritdoc/>
    protected override JsonObject ChangeBody(Value prior, Value planned)
    {
        JsonObject check = Differences(prior["health_check"], planned["health_check"], HealthMembers);
        JsonObject body = Differences(
            prior, planned, ("deregistration_delay_seconds", "deregistrationDelaySeconds"));
        body["healthCheck"] = check.Count > 0 ? check : null;
        body["attributes"] = Attributes.Patch(prior, LeaveOutDsr(prior, planned));
        body["tags"] = Tags.Patch(prior, planned);
        return body.WithoutNulls();
    }

    /// <summary>Mode nat has no parts of mode dsr; the API forgets those that it had.</summary>
    private static Value LeaveOutDsr(Value prior, Value planned) => planned["forwarding_mode"].AsText == "dsr"
        ? planned
        : OfDsr.Aggregate(planned, (value, field) => value.With(field, prior[field]));

    /// <summary>What the API makes of a check's parts that are not said.</summary>
    private static Value PlanCheck(Value config, Value planned)
    {
        string? protocol = planned["protocol"].AsText;
        long? interval = planned["interval_seconds"].AsWhole;
        bool isHttp = protocol is "HTTP" or "HTTPS";
        if (config["path"].IsNull)
            planned = planned.With(
                "path", protocol is null ? Value.Unknown : isHttp ? Value.Text("/") : Value.Null);
        if (config["matcher"].IsNull)
            planned = planned.With(
                "matcher", protocol is null ? Value.Unknown : isHttp ? Value.Text("200-399") : Value.Null);
        if (config["timeout_seconds"].IsNull)
            planned = planned.With(
                "timeout_seconds",
                protocol is null || interval is null
                    ? Value.Unknown
                    : Value.Number(Math.Min(protocol == "HTTP" ? 6 : 10, interval.Value)));
        return planned;
    }
}
