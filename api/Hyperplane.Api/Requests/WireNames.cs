using System.Collections.Concurrent;
using System.Reflection;
using System.Text.Json.Serialization;

namespace Hyperplane.Api.Requests;

/// <summary>The names of an enumeration on the wire, as its members' attributes give them.</summary>
internal sealed class WireNames
{
    private static readonly ConcurrentDictionary<Type, WireNames> Known = new();
    private readonly Dictionary<string, object> _values = new(StringComparer.Ordinal);

    private WireNames(Type type)
    {
        foreach (FieldInfo field in type.GetFields(BindingFlags.Public | BindingFlags.Static))
        {
            string name = field.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()?.Name ?? field.Name;
            _values.Add(name, field.GetValue(null)!);
        }
    }

    /// <summary>All of them, for a message.</summary>
    public string All => string.Join(", ", _values.Keys);

    /// <summary>The names of a type.</summary>
    public static WireNames Of(Type type) => Known.GetOrAdd(type, t => new WireNames(t));

    /// <summary>The value of a name; null when there is none. Case matters.</summary>
    public object? Find(string name) => _values.GetValueOrDefault(name);
}
