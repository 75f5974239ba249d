using System.CommandLine;
using System.Text.Json;
using Hyperplane.Lbctl.Api;
using Hyperplane.Lbctl.Commands;
using Hyperplane.Lbctl.Events;
using Hyperplane.Lbctl.Output;
using Hyperplane.Lbctl.Trees;

namespace Hyperplane.Lbctl.LoadBalancers;

/// <summary><c>lbctl nlb describe</c>: a load balancer, all below it and its last events on one page.</summary>
internal static class DescribeCommand
{
    private const int LastEvents = 10;

    /// <summary>The verb, below <c>nlb</c>.</summary>
    public static Verb Build()
    {
        Argument<string> name = LoadBalancerCommands.NameArgument();
        return new Verb(
            "describe",
            $"Show on one page a load balancer's zones and conditions, the tree to its targets and {LastEvents} events",
            "nlb describe web",
            async (session, parse) =>
            {
                Resource<LoadBalancer> found =
                    await LoadBalancerCommands.FindAsync(session, parse.GetRequiredValue(name));
                string id = found.Value.Id;
                ApiAnswer tree = await session.Api.GetAsync(ApiPath.Of("load-balancers", id, "tree"), session.Deadline);
                IReadOnlyList<Resource<Event>> events = await session.Catalogue.ListAsync(
                    Event.Kind, ApiPath.With(ApiPath.Of("events"), "resource", id), session.Deadline);
                Resource<Tree> below = tree.Read(WireJson.Default.Tree);
                Resource<Event>[] last = [.. events.TakeLast(LastEvents)];
                JsonElement json = JsonText.ObjectOf(
                    ("loadBalancer", found.Json),
                    ("tree", below.Json),
                    ("events", JsonText.ArrayOf(last.Select(static one => one.Json))));
                session.Print.Detail(new Resource<LoadBalancer>(found.Value, json), (one, details) =>
                {
                    LoadBalancer.Describe(one, details);
                    details.Add("Tree", TreeLine.Columns, below.Value.Lines());
                    details.Add("Events", Event.Kind.Columns, [.. last.Select(static each => each.Value)]);
                });
            })
        {
            name,
        };
    }
}
