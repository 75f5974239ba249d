using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hyperplane.Terraform.Resources;
using Hyperplane.Terraform.Values;

namespace Hyperplane.Terraform.Targets;

/// <summary>The targets of a group by the API.</summary>
internal static class TargetList
{
    private const int MaxPerRequest = 1_000;

    /// <summary>All that are registered; null when the group is gone. What drains is registered no more.</summary>
    public static async Task<IReadOnlyList<JsonElement>?> ReadAsync(ResourceCall call, Value group)
    {
        JsonElement? found = await call.Api.FindAsync(Group(group), call.Cancel);
        if (found is not { } json || Wait.IsGoing(json))
            return null;
        IReadOnlyList<JsonElement> all = await call.Api.ListAsync($"{Group(group)}/targets", call.Cancel);
        return [.. all.Where(one => one.GetProperty("state").GetString() != "draining")];
    }

    /// <summary>Registers, or sets weight and zone anew; what they are then.</summary>
    public static async Task<IReadOnlyList<JsonElement>> RegisterAsync(
        ResourceCall call, Value group, IEnumerable<Value> targets)
    {
        var shown = new List<JsonElement>();
        foreach (Value[] some in targets.Chunk(MaxPerRequest))
        {
            var body = new JsonObject
            {
                ["targets"] = new JsonArray([.. some.Select(one => new JsonObject
                {
                    ["address"] = one["address"].AsText,
                    ["port"] = one["port"].AsWhole,
                    ["weight"] = one["weight"].AsWhole,
                    ["zone"] = one["zone"].AsText,
                }.WithoutNulls())]),
            };
            JsonElement answer = (await call.Api.ChangeAsync(
                HttpMethod.Post, $"{Group(group)}/targets", body, call.Cancel)).Json;
            shown.AddRange(answer.GetProperty("items").EnumerateArray());
        }

        return shown;
    }

    /// <summary>Deregisters; what is not there is no failure.</summary>
    public static async Task DeregisterAsync(ResourceCall call, Value group, IEnumerable<Value> targets)
    {
        foreach (Value[] some in targets.Chunk(MaxPerRequest))
        {
            var body = new JsonObject
            {
                ["targets"] = new JsonArray([.. some.Select(one => new JsonObject
                {
                    ["address"] = one["address"].AsText,
                    ["port"] = one["port"].AsWhole,
                })]),
            };
            await call.Api.ChangeAsync(HttpMethod.Post, $"{Group(group)}/targets:deregister", body, call.Cancel);
        }
    }

    /// <summary>One as a member of a state.</summary>
    public static Value Show(JsonElement json) => Value.Object(Texts.Read(
        json, ("address", "address"), ("port", "port"), ("weight", "weight"), ("zone", "zone")));

    /// <summary>Address and port as a person writes them.</summary>
    public static string Name(Value target)
    {
        string address = target["address"].AsText!;
        return address.Contains(':', StringComparison.Ordinal)
            ? string.Create(CultureInfo.InvariantCulture, $"[{address}]:{target["port"].AsWhole}")
            : string.Create(CultureInfo.InvariantCulture, $"{address}:{target["port"].AsWhole}");
    }

    private static string Group(Value group) => $"v1/target-groups/{Uri.EscapeDataString(group.AsText!)}";
}
