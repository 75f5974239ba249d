using System.Text.Json;
using Hyperplane.Lbctl.Output;

namespace Hyperplane.Lbctl.Queries;

/// <summary>Selects parts of an answer: a subset of JMESPath that means what JMESPath means.</summary>
/// <remarks>
/// Members (<c>status.provisioning</c>, <c>tags."a.b"</c>), one item of a list (<c>zones[0]</c>, <c>zones[-1]</c>), all
/// of them (<c>[*]</c>), all of them with lists in the list taken apart (<c>[]</c>), some of them
/// (<c>[?state=='healthy']</c>, <c>!=</c>), several of each (<c>[name, id]</c>). No functions, pipes, slices, objects.
/// It works on the API's own JSON: JmesPath.Net goes by Newtonsoft's objects, where 1.50 becomes 1.5, 1e400 a text.
/// </remarks>
internal sealed class JsonQuery
{
    private static readonly JsonElement Nothing = JsonElement.Parse("null");
    private readonly IReadOnlyList<QueryStep> _steps;

    private JsonQuery(string text, IReadOnlyList<QueryStep> steps) => (Text, _steps) = (text, steps);

    /// <summary>As typed.</summary>
    public string Text { get; }

    /// <summary>Reads one; throws <see cref="QuerySyntaxException"/> with the position of what is wrong.</summary>
    public static JsonQuery Parse(string text) => new(text, QueryParser.Parse(text));

    /// <summary>What it selects; null (JSON) when that is nothing.</summary>
    public JsonElement Select(JsonElement from)
    {
        JsonElement current = from;
        int start = 0;
        bool isList = false;
        for (int at = 0; at <= _steps.Count; at++)
        {
            if (at < _steps.Count && _steps[at] is not FlattenStep)
                continue;
            QueryStep[] part = [.. _steps.Skip(start).Take(at - start)];
            current = isList ? EachOf(current, part) : Walk(current, part);
            if (at == _steps.Count)
                break;
            if (current.ValueKind != JsonValueKind.Array)
                return Nothing;
            current = JsonText.ArrayOf(current.EnumerateArray().SelectMany(TakeApart));
            (isList, start) = (true, at + 1);
        }

        return current;
    }

    private static IEnumerable<JsonElement> TakeApart(JsonElement item) =>
        item.ValueKind == JsonValueKind.Array ? item.EnumerateArray() : [item];

    private static JsonElement Walk(JsonElement from, ReadOnlySpan<QueryStep> steps)
    {
        JsonElement current = from;
        for (int at = 0; at < steps.Length; at++)
        {
            QueryStep[] rest = steps[(at + 1)..].ToArray();
            switch (steps[at])
            {
                case MemberStep member:
                    current = current.ValueKind == JsonValueKind.Object
                        && current.TryGetProperty(member.Name, out JsonElement found) ? found : Nothing;
                    break;
                case IndexStep index:
                    current = Item(current, index.Index);
                    break;
                case EachStep:
                    return EachOf(current, rest);
                case FilterStep filter:
                    return current.ValueKind == JsonValueKind.Array
                        ? EachOf(JsonText.ArrayOf(current.EnumerateArray().Where(filter.Holds)), rest)
                        : Nothing;
                case SeveralStep several:
                    JsonElement of = current;
                    current = of.ValueKind == JsonValueKind.Null
                        ? Nothing
                        : JsonText.ArrayOf(several.Queries.Select(query => query.Select(of)));
                    break;
            }
        }

        return current;
    }

    private static JsonElement EachOf(JsonElement list, QueryStep[] rest) => list.ValueKind == JsonValueKind.Array
        ? JsonText.ArrayOf(list.EnumerateArray().Select(item => Walk(item, rest))
            .Where(static one => one.ValueKind != JsonValueKind.Null))
        : Nothing;

    private static JsonElement Item(JsonElement list, int index)
    {
        if (list.ValueKind != JsonValueKind.Array)
            return Nothing;
        int place = index < 0 ? list.GetArrayLength() + index : index;
        return place >= 0 && place < list.GetArrayLength() ? list[place] : Nothing;
    }
}
