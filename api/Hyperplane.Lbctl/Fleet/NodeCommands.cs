using System.CommandLine;
using Hyperplane.Lbctl.Api;
using Hyperplane.Lbctl.Commands;

namespace Hyperplane.Lbctl.Fleet;

/// <summary><c>lbctl node …</c></summary>
internal static class NodeCommands
{
    /// <summary>The noun with its verbs.</summary>
    public static Noun Build() => new("node", "nodes", "Operator: nodes of a cell")
    {
        Put(),
        List(),
        Get(),
        Action("drain", "Ask a node to leave: it withdraws its prefixes and keeps its record"),
        Action("undrain", "Let a drained node serve again"),
        Enroll(),
        Action("revoke", "Refuse a node's certificates from now on; a new token lets it enrol again"),
        Delete(),
    };

    private static Verb Put()
    {
        Argument<string> name = NameArgument();
        Option<string> cell = CellOption(required: true);
        Option<string> address = new("--address")
        {
            Description = "Its address on the fabric",
            HelpName = "ADDRESS",
            Required = true,
        };
        Option<string> ipv6 = new("--ipv6-address")
        {
            Description = "Its IPv6 address on the fabric; needed where the zone has IPv6 pools",
            HelpName = "ADDRESS",
        };
        return new Verb(
            "put",
            "Declare a node; its SNAT and probe addresses are allocated",
            "node put node-a1 --cell a1 --address 10.1.0.11",
            async (session, parse) =>
            {
                ApiAnswer answer = await session.Api.SendAsync(
                    HttpMethod.Put,
                    PathOf(parse.GetRequiredValue(cell), parse.GetRequiredValue(name)),
                    new NodeRequest(parse.GetRequiredValue(address), parse.GetValue(ipv6)),
                    WireJson.Default.NodeRequest,
                    session.Deadline);
                session.Print.Row(Node.Kind, answer.Read(Node.Kind.Type));
            })
        {
            name, cell, address, ipv6,
        };
    }

    private static Verb List()
    {
        Option<string> cell = CellOption(required: false);
        return new Verb(
            "list",
            "List the nodes of a cell, or of all cells",
            "node list --cell a1",
            async (session, parse) =>
            {
                IEnumerable<string> cells = parse.GetValue(cell) is { } one
                    ? [one]
                    : (await session.Catalogue.ListAsync(Cell.Kind, CellCommands.Path, session.Deadline))
                        .Select(static found => found.Value.Name);
                var nodes = new List<Resource<Node>>();
                foreach (string each in cells)
                {
                    string path = ApiPath.Of("cells", each, "nodes");
                    nodes.AddRange(await session.Catalogue.ListAsync(Node.Kind, path, session.Deadline));
                }

                session.Print.List(Node.Kind, nodes);
            })
        {
            cell,
        };
    }

    private static Verb Get()
    {
        Argument<string> name = NameArgument();
        Option<string> cell = CellOption(required: true);
        return new Verb(
            "get",
            "Show a node: snapshot, routers, prefixes, counters",
            "node get node-a1 --cell a1",
            async (session, parse) =>
            {
                string path = PathOf(parse.GetRequiredValue(cell), parse.GetRequiredValue(name));
                ApiAnswer answer = await session.Api.GetAsync(path, session.Deadline);
                session.Print.Detail(Node.Kind, answer.Read(Node.Kind.Type), Node.Describe);
            })
        {
            name, cell,
        };
    }

    private static Verb Action(string verb, string description)
    {
        Argument<string> name = NameArgument();
        Option<string> cell = CellOption(required: true);
        return new Verb(verb, description, $"node {verb} node-a1 --cell a1", async (session, parse) =>
        {
            string path = $"{PathOf(parse.GetRequiredValue(cell), parse.GetRequiredValue(name))}:{verb}";
            ApiAnswer answer = await session.Api.SendAsync(HttpMethod.Post, path, session.Deadline);
            session.Print.Row(Node.Kind, answer.Read(Node.Kind.Type));
        })
        {
            name, cell,
        };
    }

    private static Verb Enroll()
    {
        Argument<string> name = NameArgument();
        Option<string> cell = CellOption(required: true);
        return new Verb(
            "enroll",
            "Make a node's enrolment token; it is shown this once, is good once and for 24 hours",
            "node enroll node-a1 --cell a1",
            async (session, parse) =>
            {
                string path = $"{PathOf(parse.GetRequiredValue(cell), parse.GetRequiredValue(name))}:enroll";
                ApiAnswer answer = await session.Api.SendAsync(HttpMethod.Post, path, session.Deadline);
                session.Print.Row(EnrolmentToken.Kind, answer.Read(EnrolmentToken.Kind.Type));
            })
        {
            name, cell,
        };
    }

    private static Verb Delete()
    {
        Argument<string> name = NameArgument();
        Option<string> cell = CellOption(required: true);
        return new Verb(
            "delete",
            "Forget a node; refused while it still reports",
            "node delete node-a1 --cell a1",
            async (session, parse) =>
            {
                string node = parse.GetRequiredValue(name);
                string path = PathOf(parse.GetRequiredValue(cell), node);
                ApiAnswer answer = await session.Api.SendAsync(HttpMethod.Delete, path, session.Deadline);
                session.Print.Done($"node {node} deleted", answer.Json);
            })
        {
            name, cell,
        };
    }

    private static Argument<string> NameArgument() => new("name") { Description = "The node's name" };

    private static Option<string> CellOption(bool required) =>
        new("--cell") { Description = "The node's cell", HelpName = "CELL", Required = required };

    private static string PathOf(string cell, string node) => ApiPath.Of("cells", cell, "nodes", node);
}
