using Hyperplane.Api.OpenApi;
using Hyperplane.Api.Requests.Rules;
using Hyperplane.Api.Resources;

namespace Hyperplane.Api.Requests;

/// <summary>Which tags are asked for: <c>?tag.KEY=VALUE&amp;tag.KEY=VALUE</c>, all of them.</summary>
internal static class TagQuery
{
    /// <summary>What the names of such parameters begin with.</summary>
    public const string Prefix = "tag.";

    /// <summary>Describes them.</summary>
    public static QueryParameter Parameter { get; } = new(
        "tags",
        "Only resources with all of these tags: a parameter `tag.KEY=VALUE` for each (the members' names here begin "
            + "with `tag.`), at most 50.",
        "object");

    /// <summary>Reads them from the query's parameters, whose names have the case that was sent.</summary>
    public static Dictionary<string, string> Read(
        IEnumerable<KeyValuePair<string, string>> query, Findings findings)
    {
        var tags = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach ((string name, string value) in query)
        {
            if (!name.StartsWith(Prefix, StringComparison.Ordinal))
                continue;
            string key = name[Prefix.Length..];
            if (tags.Count == TagCountAttribute.Limit)
                findings.Invalid("query:tag", "May name at most 50 tags.");
            else if (Tags.Objection(key, value) is { } objection)
                findings.Invalid($"query:{name}", objection);
            else if (!tags.TryAdd(key, value))
                findings.Invalid($"query:{name}", "May be there once: a tag has one value.");
        }

        return tags;
    }
}
