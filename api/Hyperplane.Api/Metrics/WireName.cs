using System.Collections.Frozen;
using System.Reflection;
using System.Text.Json.Serialization;

namespace Hyperplane.Api.Metrics;

/// <summary>What a value of an enumeration is called in JSON is what it is called in a label.</summary>
internal static class WireName
{
    /// <summary>The name.</summary>
    public static string Of<T>(T value)
        where T : struct, Enum => Names<T>.All[value];

    private static class Names<T>
        where T : struct, Enum
    {
        public static readonly FrozenDictionary<T, string> All = Enum.GetValues<T>().ToFrozenDictionary(
            value => value,
            value => typeof(T).GetField(value.ToString())!
                .GetCustomAttribute<JsonStringEnumMemberNameAttribute>()?.Name ?? value.ToString());
    }
}
