using System.CommandLine;
using Hyperplane.Lbctl.Api;

namespace Hyperplane.Lbctl.Options;

/// <summary>In which order a list is wanted, and of which tags: <c>--sort-by</c>, <c>--selector</c>.</summary>
internal sealed class ListOptions
{
    private readonly Option<string> _sortBy = new("--sort-by")
    {
        Description = "name, createdAt or both, each with :asc or :desc; as they were created without it",
        HelpName = "FIELD[:desc][,FIELD]",
    };

    private readonly Option<string[]> _selector = new("--selector")
    {
        Description = "Only those with this tag; may be repeated: with all of them",
        HelpName = "NAME=VALUE",
    };

    /// <summary>Gives a verb both.</summary>
    public void AddTo(Command verb)
    {
        verb.Add(_sortBy);
        verb.Add(_selector);
    }

    /// <summary>The path of the list that is wanted; the API judges the order.</summary>
    public string Path(ParseResult parse, string path)
    {
        if (parse.GetValue(_sortBy) is { } sortBy)
            path = ApiPath.With(path, "orderBy", sortBy.Replace(':', ' '));
        foreach ((string tag, string value) in Pair.ParseAll(_selector.Name, parse.GetValue(_selector)))
            path = ApiPath.With(path, "tag." + Uri.EscapeDataString(tag), value);
        return path;
    }
}
