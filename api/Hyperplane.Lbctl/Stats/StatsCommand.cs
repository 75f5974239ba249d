using System.CommandLine;
using Hyperplane.Lbctl.Api;
using Hyperplane.Lbctl.Commands;
using Hyperplane.Lbctl.Stats.Watching;

namespace Hyperplane.Lbctl.Stats;

/// <summary><c>stats</c> of whatever has counters: once, or with <c>--watch</c> what goes on.</summary>
internal static class StatsCommand
{
    /// <summary>The verb, below its noun.</summary>
    /// <param name="example">What follows <c>lbctl</c> in its example.</param>
    /// <param name="description">What is counted.</param>
    /// <param name="name">The argument that names the resource.</param>
    /// <param name="kind">What has counters.</param>
    /// <param name="find">Finds the one that is meant.</param>
    /// <param name="path">The path of all of them.</param>
    public static Verb Build<T>(
        string example, string description, Argument<string> name, ResourceKind<T> kind,
        Func<Session, string, Task<Resource<T>>> find, string path)
    {
        var watch = new WatchOptions();
        var verb = new Verb("stats", $"{description}; with --watch what goes on", example, async (session, parse) =>
        {
            int? interval = watch.Read(parse);
            Resource<T> found = await find(session, parse.GetRequiredValue(name));
            string one = $"{path}/{ApiPath.Segment(kind.Id(found.Value))}";
            if (interval is { } seconds)
            {
                await new StatsWatch(session, $"{kind.Noun} {kind.Name(found.Value)}", one, seconds).RunAsync();
                return;
            }

            ApiAnswer answer = await session.Api.GetAsync($"{one}/stats", session.Deadline);
            session.Print.Detail(answer.Read(WireJson.Default.Stats), Stats.Describe);
        })
        {
            name,
        };
        watch.AddTo(verb);
        return verb;
    }
}
