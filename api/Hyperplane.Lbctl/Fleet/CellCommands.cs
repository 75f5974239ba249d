using System.CommandLine;
using Hyperplane.Lbctl.Api;
using Hyperplane.Lbctl.Commands;
using Hyperplane.Lbctl.Options;

namespace Hyperplane.Lbctl.Fleet;

/// <summary><c>lbctl cell …</c></summary>
internal static class CellCommands
{
    /// <summary>The path of all cells.</summary>
    public static readonly string Path = ApiPath.Of("cells");

    /// <summary>The noun with its verbs.</summary>
    public static Noun Build() => new("cell", "cells", "Operator: cells, groups of nodes in a zone")
    {
        Put(),
        List(),
        Get(),
        Action("drain", "Place nothing new in a cell; what is there stays"),
        Action("undrain", "Place load balancers in a drained cell again"),
        Delete(),
    };

    private static Verb Put()
    {
        Argument<string> name = NameArgument();
        Option<string> zone = new("--zone") { Description = "Its zone", HelpName = "ZONE", Required = true };
        Option<string> sources = Prefix("--tunnel-source-prefix", "Sources of ipip and gre tunnels vary in it");
        Option<string> sources6 = Prefix("--ipv6-tunnel-source-prefix", "The same over IPv6");
        Option<int?> size = NumberOption.Of(
            "--shard-size", 1, 16, "How many nodes serve a load balancer (4); left out, it becomes 4");
        return new Verb("put", "Declare a cell, or change it", "cell put a1 --zone a", async (session, parse) =>
        {
            ApiAnswer answer = await session.Api.SendAsync(
                HttpMethod.Put,
                ApiPath.Of("cells", parse.GetRequiredValue(name)),
                new CellRequest(
                    parse.GetRequiredValue(zone), parse.GetValue(sources), parse.GetValue(sources6),
                    parse.GetValue(size)),
                WireJson.Default.CellRequest,
                session.Deadline);
            session.Print.Row(Cell.Kind, answer.Read(Cell.Kind.Type));
        })
        {
            name, zone, sources, sources6, size,
        };
    }

    private static Verb Get()
    {
        Argument<string> name = NameArgument();
        return new Verb("get", "Show a cell", "cell get a1", async (session, parse) =>
        {
            ApiAnswer answer = await session.Api.GetAsync(PathOf(parse, name), session.Deadline);
            session.Print.Row(Cell.Kind, answer.Read(Cell.Kind.Type));
        })
        {
            name,
        };
    }

    private static Verb Action(string verb, string description)
    {
        Argument<string> name = NameArgument();
        return new Verb(verb, description, $"cell {verb} a1", async (session, parse) =>
        {
            ApiAnswer answer = await session.Api.SendAsync(
                HttpMethod.Post, $"{PathOf(parse, name)}:{verb}", session.Deadline);
            session.Print.Row(Cell.Kind, answer.Read(Cell.Kind.Type));
        })
        {
            name,
        };
    }

    private static Verb Delete()
    {
        Argument<string> name = NameArgument();
        return new Verb(
            "delete",
            "Remove a cell; refused while it has nodes, load balancers or addresses that rest",
            "cell delete a1",
            async (session, parse) =>
            {
                ApiAnswer answer = await session.Api.SendAsync(
                    HttpMethod.Delete, PathOf(parse, name), session.Deadline);
                session.Print.Done($"cell {parse.GetRequiredValue(name)} deleted", answer.Json);
            })
        {
            name,
        };
    }

    private static Argument<string> NameArgument() => new("name") { Description = "The cell's name" };

    private static string PathOf(ParseResult parse, Argument<string> name) =>
        ApiPath.Of("cells", parse.GetRequiredValue(name));

    private static Option<string> Prefix(string name, string description) =>
        new(name) { Description = description, HelpName = "PREFIX" };

    private static Verb List() => new("list", "List the cells", "cell list", async (session, _) =>
        session.Print.List(
            Cell.Kind, await session.Catalogue.ListAsync(Cell.Kind, Path, session.Deadline)));
}
