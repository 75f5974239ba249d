using System.Text.Json;
using System.Text.Json.Nodes;
using Hyperplane.Lbctl.Applying.Planning;

namespace Hyperplane.Lbctl.Applying;

/// <summary>A plan for scripts: <c>{"changes": [{"action", "kind", "name", "fields", "done"}]}</c>.</summary>
internal static class PlanJson
{
    /// <summary>The plan, of which the first steps are done.</summary>
    public static JsonElement Of(Plan plan, int doneSteps)
    {
        var changes = new JsonArray();
        foreach ((int index, Step step) in plan.Steps.Index())
        {
            foreach (Change change in step.Changes)
                changes.Add((JsonNode)Of(change, index < doneSteps));
        }

        return JsonElement.Parse(new JsonObject { ["changes"] = changes }.ToJsonString());
    }

    private static JsonObject Of(Change change, bool isDone) => new()
    {
        ["action"] = change.Kind.ToString().ToLowerInvariant(),
        ["kind"] = change.Noun,
        ["name"] = change.Name,
        ["fields"] = new JsonArray(
        [
            .. change.Fields.Select(static field => new JsonObject
            {
                ["field"] = field.Field,
                ["old"] = field.Old,
                ["new"] = field.New,
            }),
        ]),
        ["done"] = isDone,
    };
}
