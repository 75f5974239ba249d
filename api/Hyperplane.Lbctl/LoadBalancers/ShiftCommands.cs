using System.CommandLine;
using Hyperplane.Lbctl.Api;
using Hyperplane.Lbctl.Commands;
using Hyperplane.Lbctl.Options;
using Hyperplane.Lbctl.Waiting;

namespace Hyperplane.Lbctl.LoadBalancers;

/// <summary><c>lbctl nlb shift</c> and <c>lbctl nlb cancel-shift</c>.</summary>
internal static class ShiftCommands
{
    private const int LongestSeconds = 72 * 60 * 60;

    /// <summary>Begins a shift.</summary>
    public static Verb Shift()
    {
        Argument<string> name = LoadBalancerCommands.NameArgument();
        Option<string> zone = new("--zone")
        {
            Description = "The zone to leave",
            HelpName = "ZONE",
            Required = true,
        };
        Option<int?> expires = NumberOption.Of(
            "--expires-in", 60, LongestSeconds, "Seconds until it ends by itself", required: true);
        Option<string> comment = new("--comment") { Description = "Why", HelpName = "TEXT" };
        return new Verb(
            "shift",
            "Shift a load balancer away from a zone for a while, and wait until that is in force",
            "nlb shift web --zone a --expires-in 3600 --comment maintenance",
            (session, parse) => SendAsync(
                session, parse.GetRequiredValue(name), found => session.Api.SendAsync(
                    HttpMethod.Post,
                    PathOf(found, "shift"),
                    new ShiftRequest(
                        parse.GetRequiredValue(zone), parse.GetValue(expires)!.Value, parse.GetValue(comment)),
                    WireJson.Default.ShiftRequest,
                    session.Deadline)))
        {
            name, zone, expires, comment,
        };
    }

    /// <summary>Ends a shift.</summary>
    public static Verb CancelShift()
    {
        Argument<string> name = LoadBalancerCommands.NameArgument();
        return new Verb(
            "cancel-shift",
            "End a zonal shift, and wait until the zone serves again",
            "nlb cancel-shift web",
            (session, parse) => SendAsync(
                session, parse.GetRequiredValue(name), found => session.Api.SendAsync(
                    HttpMethod.Post, PathOf(found, "cancel-shift"), session.Deadline)))
        {
            name,
        };
    }

    private static string PathOf(LoadBalancer found, string verb) =>
        $"{ApiPath.Of("load-balancers", found.Id)}:{verb}";

    private static async Task SendAsync(
        Session session, string nameOrId, Func<LoadBalancer, Task<ApiAnswer>> send)
    {
        Resource<LoadBalancer> found = await LoadBalancerCommands.FindAsync(session, nameOrId);
        ApiAnswer answer = await send(found.Value);
        await session.PrintWhenActiveAsync(
            LoadBalancer.Kind,
            ApiPath.Of("load-balancers", found.Value.Id),
            isHeld: true,
            answer.Read(LoadBalancer.Kind.Type));
    }
}
