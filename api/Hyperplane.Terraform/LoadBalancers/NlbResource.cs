using System.Text.Json;
using System.Text.Json.Nodes;
using Hyperplane.Terraform.Resources;
using Hyperplane.Terraform.Schemas;
using Hyperplane.Terraform.Values;

namespace Hyperplane.Terraform.LoadBalancers;

/// <summary><c>hyperplane_nlb</c>: a load balancer with an address in each of its zones.</summary>
internal sealed class NlbResource : ApiResource
{
    private static readonly Attributes Attributes = new(
        (Field.Truth("cross_zone", "Whether targets of all zones are alike.").Or(Value.Truth(false)),
            "load_balancing.cross_zone.enabled"),
        (Field.Truth("deletion_protection", "Whether deleting it is refused.").Or(Value.Truth(false)),
            "deletion_protection.enabled"),
        (Field.Truth("zonal_shift", "Whether it may be shifted away from a zone.").Or(Value.Truth(false)),
            "zonal_shift.config.enabled"),
        (Field.Truth("flow_log", "Whether nodes write a line about each flow.").Or(Value.Truth(false)),
            "flow_log.enabled"));

    /// <inheritdoc/>
    public override string TypeName => "hyperplane_nlb";

    /// <inheritdoc/>
    public override string Noun => "load balancer";

    /// <inheritdoc/>
    public override ResourceSchema Schema { get; } = new(
        "A network load balancer with a static address in each of its zones.",
        [
            Field.Text("id", "Stable and never reused.").Computed(),
            Field.Text("name", "Unique in the tenant.").Required().Replaces().With(Rules.Name),
            Field.Text("scheme", "From where its addresses come: internet-facing or internal.")
                .Or(Value.Text("internet-facing")).Replaces().OneOf("internet-facing", "internal"),
            Field.Text("ip_address_type", "Of which families its addresses are: ipv4 or dualstack.")
                .Or(Value.Text("ipv4")).OneOf("ipv4", "dualstack"),
            Field.Of(
                Nesting.Map,
                "zones",
                "Where it serves, by the name of the zone.",
                [
                    Field.Text("address", "Its static address there; chosen unless it is said.")
                        .Optional().Computed().Replaces().With(Rules.Address),
                    Field.Text("ipv6_address", "Its static IPv6 address there; only of a dualstack one.")
                        .Optional().Computed().Replaces().With(Rules.Address),
                    Field.Text("elastic_ip", "The id of the elastic IP that the address is.").Optional().Replaces(),
                    Field.Text("ipv6_elastic_ip", "The one that the IPv6 address is.").Optional().Replaces(),
                ]).Required().With(
                    value => value.Members.IsEmpty ? "A load balancer serves one zone at least." : null),
            .. Attributes.Fields,
            .. Tags.Fields,
            Field.Text("created_at", "When it was asked for.").Computed(),
            Timeouts.Field,
        ]);

    /// <inheritdoc/>
    protected override bool IsAwaited => true;

    /// <inheritdoc/>
    protected override bool IsHeld => true;

    /// <inheritdoc/>
    public override string Collection(Value known) => "v1/load-balancers";

    /// <inheritdoc/>
    public override IEnumerable<Finding> Judge(Value config)
    {
        bool isInternal = config["scheme"].AsText == "internal";
        bool isIpv4 = config["ip_address_type"].AsText is "ipv4"
            || config["ip_address_type"].IsNull;
        foreach ((string zone, Value said) in config["zones"].Members)
        {
            FieldPath at = FieldPath.Of("zones").Key(zone);
            foreach ((string address, string elastic) in ((string, string)[])
                [("address", "elastic_ip"), ("ipv6_address", "ipv6_elastic_ip")])
            {
                if (!said[address].IsNull && !said[elastic].IsNull)
                    yield return new Finding(
                        "Conflicting values",
                        $"The elastic IP is the address: leave {address} out.",
                        at.Field(address));
                if (isInternal && !said[elastic].IsNull)
                    yield return new Finding(
                        "Conflicting values", "An internal load balancer takes no elastic IP.", at.Field(elastic));
            }

            foreach (string field in (string[])["ipv6_address", "ipv6_elastic_ip"])
            {
                if (isIpv4 && !said[field].IsNull)
                    yield return new Finding(
                        "Conflicting values",
                        "Only a load balancer with ip_address_type = \"dualstack\" has IPv6 addresses.",
                        at.Field(field));
            }
        }
    }

    /// <inheritdoc/>
    public override Value Plan(Value config, Value prior, Value planned, Value defaultTags)
    {
        Value zones = planned["zones"];
        bool changesFamily = !prior.IsNull && !planned["ip_address_type"].Equals(prior["ip_address_type"]);
        foreach ((string zone, Value one) in zones.Members.Where(zone => zone.Value.IsKnown))
        {
            if (!config["zones"][zone]["ipv6_address"].IsNull)
                continue;
            if (planned["ip_address_type"].AsText == "ipv4")
                zones = zones.With(zone, one.With("ipv6_address", Value.Null));
            else if (changesFamily || planned["ip_address_type"].IsUnknown)
                zones = zones.With(zone, one.With("ipv6_address", Value.Unknown));
        }

        return Tags.Plan(planned.With("zones", zones), defaultTags);
    }

    /// <inheritdoc/>
    public override Value Show(JsonElement json, Value known, Value defaultTags) => Value.Object(
    [
        .. Texts.Read(
            json, ("id", "id"), ("name", "name"), ("scheme", "scheme"), ("ip_address_type", "ipAddressType"),
            ("created_at", "createdAt")),
        KeyValuePair.Create("zones", Value.Object(json.GetProperty("zones").EnumerateArray().Select(
            zone => KeyValuePair.Create(zone.GetProperty("zone").GetString()!, Value.Object(Texts.Read(
                zone, ("address", "address"), ("ipv6_address", "ipv6Address"), ("elastic_ip", "elasticIp"),
                ("ipv6_elastic_ip", "ipv6ElasticIp"))))))),
        .. Attributes.Read(json),
        .. Tags.Read(json, known, defaultTags),
        KeyValuePair.Create(Timeouts.Field.Name, known[Timeouts.Field.Name]),
    ]);

    /// <inheritdoc/>
    protected override JsonObject CreateBody(Value planned) => new JsonObject
    {
        ["name"] = planned["name"].AsText,
        ["scheme"] = planned["scheme"].AsText,
        ["ipAddressType"] = planned["ip_address_type"].AsText,
        ["zones"] = Zones(planned),
        ["attributes"] = Attributes.Body(planned),
        ["tags"] = Tags.Body(planned),
    }.WithoutNulls();

    /// <inheritdoc/>
    protected override JsonObject ChangeBody(Value prior, Value planned)
    {
        JsonObject body = Differences(prior, planned, ("ip_address_type", "ipAddressType"));
        if (!planned["zones"].Members.Keys.SequenceEqual(prior["zones"].Members.Keys))
            body["zones"] = Zones(planned);
        body["attributes"] = Attributes.Patch(prior, planned);
        body["tags"] = Tags.Patch(prior, planned);
        return body.WithoutNulls();
    }

    /// <summary>An elastic IP is named instead of the address that it is.</summary>
    private static JsonArray Zones(Value planned) => new([.. planned["zones"].Members.Select(zone => new JsonObject
    {
        ["zone"] = zone.Key,
        ["address"] = zone.Value["elastic_ip"].IsKnown ? null : zone.Value["address"].AsText,
        ["ipv6Address"] = zone.Value["ipv6_elastic_ip"].IsKnown ? null : zone.Value["ipv6_address"].AsText,
        ["elasticIp"] = zone.Value["elastic_ip"].AsText,
        ["ipv6ElasticIp"] = zone.Value["ipv6_elastic_ip"].AsText,
    }.WithoutNulls())]);
}
