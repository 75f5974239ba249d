using System.CommandLine;
using Hyperplane.Lbctl.Api;
using Hyperplane.Lbctl.Commands;
using Hyperplane.Lbctl.Options;

namespace Hyperplane.Lbctl.Fleet;

/// <summary><c>lbctl address-pool …</c></summary>
internal static class AddressPoolCommands
{
    private static readonly string Path = ApiPath.Of("address-pools");

    /// <summary>The noun with its verbs.</summary>
    public static Noun Build() => new(
        "address-pool", "address-pools", "Operator: pools of elastic IPs and of internal load balancers' addresses")
    {
        Create(), Get(), List(), Delete(),
    };

    private static Verb Create()
    {
        Argument<string> name = new("name") { Description = "The pool's name" };
        Option<string> zone = new("--zone") { Description = "Its zone", HelpName = "ZONE", Required = true };
        Option<string> prefix = new("--prefix")
        {
            Description = "Its addresses, IPv4 or IPv6",
            HelpName = "PREFIX",
            Required = true,
        };
        Option<string> kind = ChoiceOption.Of(
            "--kind", "What its addresses are for", required: true, "elastic", "internal");
        return new Verb(
            "create",
            "Declare an address pool, or change the prefix of one",
            "address-pool create public-a --zone a --prefix 203.0.113.0/24 --kind elastic",
            async (session, parse) =>
            {
                ApiAnswer answer = await session.Api.SendAsync(
                    HttpMethod.Put,
                    ApiPath.Of("address-pools", parse.GetRequiredValue(name)),
                    new AddressPoolRequest(
                        parse.GetRequiredValue(zone), parse.GetRequiredValue(prefix), parse.GetRequiredValue(kind)),
                    WireJson.Default.AddressPoolRequest,
                    session.Deadline);
                session.Print.Row(AddressPool.Resource, answer.Read(AddressPool.Resource.Type));
            })
        {
            name, zone, prefix, kind,
        };
    }

    private static Verb Get()
    {
        Argument<string> name = NameArgument();
        return new Verb("get", "Show an address pool", "address-pool get public-a", async (session, parse) =>
            session.Print.Row(AddressPool.Resource, await FindAsync(session, parse.GetRequiredValue(name))))
        {
            name,
        };
    }

    private static Verb List() => new("list", "List the address pools", "address-pool list", async (session, _) =>
        session.Print.List(
            AddressPool.Resource,
            await session.Catalogue.ListAsync(AddressPool.Resource, Path, session.Deadline)));

    private static Verb Delete()
    {
        Argument<string> name = NameArgument();
        return new Verb(
            "delete",
            "Delete an address pool; refused while any of its addresses is used",
            "address-pool delete public-a",
            async (session, parse) =>
            {
                Resource<AddressPool> found = await FindAsync(session, parse.GetRequiredValue(name));
                await session.DeleteAtOnceAsync(
                    AddressPool.Resource, ApiPath.Of("address-pools", found.Value.Name), found);
            })
        {
            name,
        };
    }

    private static Task<Resource<AddressPool>> FindAsync(Session session, string name) =>
        session.Catalogue.FindInListAsync(AddressPool.Resource, Path, name, session.Deadline);

    private static Argument<string> NameArgument() => new("name") { Description = "The pool's name" };
}
