using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Hyperplane.Api.Requests;

/// <summary>The members of a request record with their rules, found once for each type.</summary>
internal sealed class BodyShape
{
    private static readonly ConcurrentDictionary<(Type, JsonSerializerOptions), BodyShape> Known = new();

    private BodyShape(JsonTypeInfo info)
    {
        Info = info;
        Members = info.Properties.Where(p => p.Set is not null).Select(p => new BodyMember(p))
            .ToDictionary(m => m.Name, StringComparer.Ordinal);
        Allowed = string.Join(", ", Members.Keys);
    }

    /// <summary>What the serializer knows of the type.</summary>
    public JsonTypeInfo Info { get; }

    /// <summary>The members by their name on the wire.</summary>
    public IReadOnlyDictionary<string, BodyMember> Members { get; }

    /// <summary>The names, for a message.</summary>
    public string Allowed { get; }

    /// <summary>The shape of a type.</summary>
    public static BodyShape Of(Type type, JsonSerializerOptions json) =>
        Known.GetOrAdd((type, json), key => new BodyShape(key.Item2.GetTypeInfo(key.Item1)));
}
