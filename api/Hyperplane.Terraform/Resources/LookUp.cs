using System.Text.Json;
using Hyperplane.Terraform.Schemas;
using Hyperplane.Terraform.Values;

namespace Hyperplane.Terraform.Resources;

/// <summary>The data source beside a resource: one that is there, by its id or name.</summary>
/// <param name="resource">The resource.</param>
internal sealed class LookUp(ApiResource resource) : DataSource
{
    /// <inheritdoc/>
    public override string TypeName => resource.TypeName;

    /// <inheritdoc/>
    public override ResourceSchema Schema { get; } = new(
        $"A {resource.Noun} that is there, by its id or its name.",
        [.. resource.Schema.Fields
            .Where(IsShown)
            .Select(field => field.Name is "id" or "name" ? Told(field).Optional() : Told(field))]);

    /// <inheritdoc/>
    public override IEnumerable<Finding> Judge(Value config)
    {
        if (config["id"].IsNull == config["name"].IsNull && !config["id"].IsUnknown && !config["name"].IsUnknown)
            yield return new Finding("Which one?", "Say id or name: one of them.", FieldPath.Of("id"));
    }

    /// <inheritdoc/>
    public override async Task<Value> ReadAsync(ResourceCall call, Value config)
    {
        JsonElement? found = null;
        if (config["id"].AsText is { } id)
            found = await call.Api.FindAsync($"{resource.Collection(config)}/{Uri.EscapeDataString(id)}", call.Cancel);
        else if (config["name"].AsText is { } name)
            found = (await call.Api.ListAsync(
                    $"{resource.Collection(config)}?name={Uri.EscapeDataString(name)}", call.Cancel))
                .Select(one => (JsonElement?)one)
                .FirstOrDefault(one => one!.Value.GetProperty("name").GetString() == name);
        return found is { } json
            ? resource.Show(json, Value.Null, Value.Null)
            : throw new FindingException(new Finding(
                "Not found",
                $"There is no {resource.Noun} {config["id"].AsText ?? config["name"].AsText}.",
                FieldPath.Of(config["id"].IsKnown ? "id" : "name")));
    }

    /// <summary>Whether a data source has it; the others are a configuration's own.</summary>
    internal static bool IsShown(Field field) => field.Name is not "timeouts" and not "tags_all";

    /// <summary>The field, told and not said.</summary>
    internal static Field Told(Field field) => field with
    {
        IsRequired = false,
        IsOptional = false,
        IsComputed = true,
        Default = null,
        Rules = [],
        Nested = [.. field.Nested.Select(Told)],
    };
}
