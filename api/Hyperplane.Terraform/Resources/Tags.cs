using System.Text.Json;
using System.Text.Json.Nodes;
using Hyperplane.Terraform.Schemas;
using Hyperplane.Terraform.Values;

namespace Hyperplane.Terraform.Resources;

/// <summary>Tags of a resource: its own, and all, with the provider's <c>default_tags</c>.</summary>
internal static class Tags
{
    private const string Own = "tags";
    private const string All = "tags_all";

    /// <summary>Both fields.</summary>
    public static IReadOnlyList<Field> Fields { get; } =
    [
        Field.TextMap(Own, "Its own tags; one with the name of a default tag wins.").Optional(),
        Field.TextMap(All, "All its tags, the provider's default_tags too.").Computed(),
    ];

    /// <summary>The plan with all tags.</summary>
    public static Value Plan(Value planned, Value defaultTags)
    {
        Value own = planned[Own];
        bool isTold = !own.IsUnknown && !defaultTags.IsUnknown;
        return planned.With(All, isTold ? Value.Object(defaultTags.Members.SetItems(own.Members)) : Value.Unknown);
    }

    /// <summary>Both members of a state.</summary>
    /// <param name="json">The resource.</param>
    /// <param name="known">The state or plan; its own tags are told apart by it.</param>
    /// <param name="defaultTags">The provider's.</param>
    public static IEnumerable<KeyValuePair<string, Value>> Read(JsonElement json, Value known, Value defaultTags)
    {
        Value all = ValueCodec.Read(json.GetProperty("tags"), AttributeType.Map(AttributeType.Text));
        Value own = Value.Object(all.Members.Where(
            tag => known[Own].Members.ContainsKey(tag.Key) || !tag.Value.Equals(defaultTags[tag.Key])));
        bool isNone = own.Members.IsEmpty && known[Own].IsNull;
        return [KeyValuePair.Create(Own, isNone ? Value.Null : own), KeyValuePair.Create(All, all)];
    }

    /// <summary>All tags of a plan, for a create; null for none.</summary>
    public static JsonObject? Body(Value planned) => planned[All].Members.IsEmpty ? null : Bodies.Map(planned[All]);

    /// <summary>What of them changes, as a merge patch; null for nothing.</summary>
    public static JsonObject? Patch(Value prior, Value planned) => Bodies.MapPatch(prior[All], planned[All]);
}
