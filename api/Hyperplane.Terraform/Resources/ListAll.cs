using System.Text.Json;
using Hyperplane.Terraform.Schemas;
using Hyperplane.Terraform.Values;

namespace Hyperplane.Terraform.Resources;

/// <summary>The data source of all resources of a kind, or of those with certain tags.</summary>
/// <param name="resource">The resource.</param>
internal sealed class ListAll(ApiResource resource) : DataSource
{
    private const string Items = "items";

    /// <inheritdoc/>
    public override string TypeName => resource.TypeName + "s";

    /// <inheritdoc/>
    public override ResourceSchema Schema { get; } = new(
        $"Every {resource.Noun} of the tenant, or those with all of some tags.",
        [
            Field.TextMap("tags", "Only those with all of these.").Optional(),
            Field.List(
                Items, "What there is, in the API's order.",
                [.. resource.Schema.Fields.Where(LookUp.IsShown).Select(LookUp.Told)]).Computed(),
        ]);

    /// <inheritdoc/>
    public override async Task<Value> ReadAsync(ResourceCall call, Value config)
    {
        IReadOnlyList<JsonElement> all = await call.Api.ListAsync(resource.Collection(config), call.Cancel);
        IEnumerable<Value> shown = all
            .Where(one => !Wait.IsGoing(one))
            .Select(one => resource.Show(one, Value.Null, Value.Null))
            .Where(one => config["tags"].Members.All(tag => tag.Value.Equals(one["tags"][tag.Key])));
        return config.With(Items, Value.List(shown));
    }
}
