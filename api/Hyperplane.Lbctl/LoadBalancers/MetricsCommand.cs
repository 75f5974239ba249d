using System.CommandLine;
using Hyperplane.Lbctl.Api;
using Hyperplane.Lbctl.Commands;

namespace Hyperplane.Lbctl.LoadBalancers;

/// <summary><c>lbctl nlb metrics</c></summary>
internal static class MetricsCommand
{
    /// <summary>The verb, below <c>nlb</c>.</summary>
    public static Verb Build()
    {
        Argument<string?> name = new("name-or-id")
        {
            Description = "The load balancer's name or id; without it all of yours",
            Arity = ArgumentArity.ZeroOrOne,
        };
        return new Verb(
            "metrics",
            "Show what was counted as Prometheus reads it, whatever --output says",
            "nlb metrics web",
            async (session, parse) =>
            {
                string path = ApiPath.Of("metrics");
                if (parse.GetValue(name) is { } wanted)
                {
                    Resource<LoadBalancer> found = await LoadBalancerCommands.FindAsync(session, wanted);
                    path = ApiPath.Of("load-balancers", found.Value.Id, "metrics");
                }

                session.Print.Text(await session.Api.GetTextAsync(path, session.Deadline));
            })
        {
            name,
        };
    }
}
