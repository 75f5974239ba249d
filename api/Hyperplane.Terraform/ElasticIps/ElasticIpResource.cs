using System.Text.Json;
using System.Text.Json.Nodes;
using Hyperplane.Terraform.Resources;
using Hyperplane.Terraform.Schemas;
using Hyperplane.Terraform.Values;

namespace Hyperplane.Terraform.ElasticIps;

/// <summary><c>hyperplane_elastic_ip</c>: an address that stays the tenant's until it is released.</summary>
internal sealed class ElasticIpResource : ApiResource
{
    /// <inheritdoc/>
    public override string TypeName => "hyperplane_elastic_ip";

    /// <inheritdoc/>
    public override string Noun => "elastic IP";

    /// <inheritdoc/>
    public override ResourceSchema Schema { get; } = new(
        "An address that outlives load balancers.",
        [
            Field.Text("id", "Stable and never reused.").Computed(),
            Field.Text("name", "Unique among the tenant's; may be left out.").Optional().Replaces().With(Rules.Name),
            Field.Text("zone", "The zone where it can be used.").Required().Replaces(),
            Field.Text("address", "The address; chosen unless it is said.")
                .Optional().Computed().Replaces().With(Rules.Address),
            Field.Text("ip_address_type", "Its family: ipv4 or ipv6.")
                .Or(Value.Text("ipv4")).Replaces().OneOf("ipv4", "ipv6"),
            .. Tags.Fields,
            Field.Text("created_at", "When it was allocated.").Computed(),
        ]);

    /// <inheritdoc/>
    public override string Collection(Value known) => "v1/elastic-ips";

    /// <inheritdoc/>
    public override Value Plan(Value config, Value prior, Value planned, Value defaultTags) =>
        Tags.Plan(planned, defaultTags);

    /// <inheritdoc/>
    public override Value Show(JsonElement json, Value known, Value defaultTags) => Value.Object(
    [
        .. Texts.Read(
            json, ("id", "id"), ("name", "name"), ("zone", "zone"), ("address", "address"),
            ("ip_address_type", "ipAddressType"), ("created_at", "createdAt")),
        .. Tags.Read(json, known, defaultTags),
    ]);

    /// <inheritdoc/>
    protected override JsonObject CreateBody(Value planned) => new JsonObject
    {
        ["name"] = planned["name"].AsText,
        ["zone"] = planned["zone"].AsText,
        ["address"] = planned["address"].AsText,
        ["ipAddressType"] = planned["ip_address_type"].AsText,
        ["tags"] = Tags.Body(planned),
    }.WithoutNulls();

    /// <inheritdoc/>
    protected override JsonObject ChangeBody(Value prior, Value planned) =>
        new JsonObject { ["tags"] = Tags.Patch(prior, planned) }.WithoutNulls();
}
