using System.CommandLine;
using Hyperplane.Lbctl.Api;
using Hyperplane.Lbctl.Commands;

namespace Hyperplane.Lbctl.Events;

/// <summary><c>lbctl event …</c></summary>
internal static class EventCommands
{
    /// <summary>The noun with its verbs.</summary>
    public static Noun Build() => new("event", "events", "Who changed what and when")
    {
        List(),
    };

    private static Verb List()
    {
        Option<string> resource = new("--resource")
        {
            Description = "Only the changes of what has this id or name",
            HelpName = "ID",
        };
        return new Verb(
            "list",
            "List changes, the oldest first: your tenant's, or all with the operator's key",
            "event list --resource lb-0k3v9x",
            async (session, parse) =>
            {
                string path = ApiPath.Of("events");
                if (parse.GetValue(resource) is { Length: > 0 } id)
                    path = ApiPath.With(path, "resource", id);
                session.Print.List(
                    Event.Kind, await session.Catalogue.ListAsync(Event.Kind, path, session.Deadline));
            })
        {
            resource,
        };
    }
}
