using System.CommandLine;
using Hyperplane.Lbctl.Api;
using Hyperplane.Lbctl.Commands;

namespace Hyperplane.Lbctl.Fleet;

/// <summary><c>lbctl cell …</c></summary>
internal static class CellCommands
{
    /// <summary>The path of all cells.</summary>
    public static readonly string Path = ApiPath.Of("cells");

    /// <summary>The noun with its verbs.</summary>
    public static Noun Build() => new("cell", "cells", "Operator: cells, groups of nodes in a zone")
    {
        Put(), List(),
    };

    private static Verb Put()
    {
        Argument<string> name = new("name") { Description = "The cell's name" };
        Option<string> zone = new("--zone") { Description = "Its zone", HelpName = "ZONE", Required = true };
        Option<string> sources = Prefix("--tunnel-source-prefix", "Sources of ipip and gre tunnels vary in it");
        Option<string> sources6 = Prefix("--ipv6-tunnel-source-prefix", "The same over IPv6");
        return new Verb("put", "Declare a cell, or change it", "cell put a1 --zone a", async (session, parse) =>
        {
            ApiAnswer answer = await session.Api.SendAsync(
                HttpMethod.Put,
                ApiPath.Of("cells", parse.GetRequiredValue(name)),
                new CellRequest(
                    parse.GetRequiredValue(zone), parse.GetValue(sources), parse.GetValue(sources6)),
                WireJson.Default.CellRequest,
                session.Deadline);
            session.Print.Row(Cell.Kind, answer.Read(Cell.Kind.Type));
        })
        {
            name, zone, sources, sources6,
        };
    }

    private static Option<string> Prefix(string name, string description) =>
        new(name) { Description = description, HelpName = "PREFIX" };

    private static Verb List() => new("list", "List the cells", "cell list", async (session, _) =>
        session.Print.List(
            Cell.Kind, await session.Catalogue.ListAsync(Cell.Kind, Path, session.Deadline)));
}
