using System.CommandLine;
using Hyperplane.Lbctl.Api;
using Hyperplane.Lbctl.Commands;

namespace Hyperplane.Lbctl.Fleet;

/// <summary><c>lbctl admin placement</c></summary>
internal static class PlacementCommand
{
    /// <summary>The verb, below <c>admin</c>.</summary>
    public static Verb Build()
    {
        Option<string> only = new("--cell") { Description = "A cell, with its nodes and shards", HelpName = "CELL" };
        return new Verb(
            "placement",
            "Show what cells, nodes and shards carry, and how many nodes tenants share",
            "admin placement --cell a1",
            async (session, parse) =>
            {
                ApiAnswer answer = await session.Api.GetAsync(ApiPath.Of("placement"), session.Deadline);
                string? cell = parse.GetValue(only);
                session.Print.Detail(
                    answer.Read(WireJson.Default.Placement),
                    (placement, details) => Placement.Describe(placement, cell, details));
            })
        {
            only,
        };
    }
}
