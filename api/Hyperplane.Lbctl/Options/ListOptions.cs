using System.CommandLine;
using Hyperplane.Lbctl.Api;

namespace Hyperplane.Lbctl.Options;

/// <summary>In which order a list is wanted, and of which tags: <c>--sort-by</c>, <c>--selector</c>.</summary>
/// <param name="field">What it may be ordered by, beside the time of creation.</param>
/// <param name="hasTags">Whether its resources have tags.</param>
internal sealed class ListOptions(string field = "name", bool hasTags = true)
{
    private readonly Option<string> _sortBy = new("--sort-by")
    {
        Description = $"{field}, createdAt or both, each with :asc or :desc; as they were created without it",
        HelpName = "FIELD[:desc][,FIELD]",
    };

    private readonly Option<string[]> _selector = new("--selector")
    {
        Description = "Only those with this tag; may be repeated: with all of them",
        HelpName = "NAME=VALUE",
    };

    /// <summary>Gives a verb what it may have.</summary>
    public void AddTo(Command verb)
    {
        verb.Add(_sortBy);
        if (hasTags)
            verb.Add(_selector);
    }

    /// <summary>The path of the list that is wanted; the API judges the order.</summary>
    public string Path(ParseResult parse, string path)
    {
        if (parse.GetValue(_sortBy) is { } sortBy)
            path = ApiPath.With(path, "orderBy", sortBy.Replace(':', ' '));
        if (!hasTags)
            return path;
        foreach ((string tag, string value) in Pair.ParseAll(_selector.Name, parse.GetValue(_selector)))
            path = ApiPath.With(path, "tag." + Uri.EscapeDataString(tag), value);
        return path;
    }
}
