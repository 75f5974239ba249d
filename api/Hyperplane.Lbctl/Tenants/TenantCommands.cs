using System.CommandLine;
using Hyperplane.Lbctl.Api;
using Hyperplane.Lbctl.Commands;
using Hyperplane.Lbctl.Options;

namespace Hyperplane.Lbctl.Tenants;

/// <summary><c>lbctl tenant …</c></summary>
internal static class TenantCommands
{
    private static readonly string Path = ApiPath.Of("tenants");

    /// <summary>The noun with its verbs.</summary>
    public static Noun Build() => new("tenant", "tenants", "Operator: tenants, who own load balancers")
    {
        Create(), Get(), List(), Limit(), Delete(),
    };

    /// <summary>The tenant that a person means; fails with "not found".</summary>
    public static Task<Resource<Tenant>> FindAsync(Session session, string nameOrId) =>
        session.Catalogue.FindAsync(Tenant.Kind, Path, nameOrId, session.Deadline);

    private static Verb Create()
    {
        Argument<string> name = new("name") { Description = "The tenant's name" };
        return new Verb("create", "Create a tenant", "tenant create shop", async (session, parse) =>
        {
            ApiAnswer answer = await session.Api.SendAsync(
                HttpMethod.Post,
                Path,
                new NameRequest(parse.GetRequiredValue(name)),
                WireJson.Default.NameRequest,
                session.Deadline);
            session.Print.Row(Tenant.Kind, answer.Read(Tenant.Kind.Type));
        })
        {
            name,
        };
    }

    private static Verb Get()
    {
        Argument<string> name = NameArgument();
        return new Verb("get", "Show a tenant", "tenant get shop", async (session, parse) =>
            session.Print.Row(Tenant.Kind, await FindAsync(session, parse.GetRequiredValue(name))))
        {
            name,
        };
    }

    private static Verb List() => new("list", "List the tenants", "tenant list", async (session, _) =>
        session.Print.List(
            Tenant.Kind, await session.Catalogue.ListAsync(Tenant.Kind, Path, session.Deadline)));

    private static Verb Limit()
    {
        Argument<string> name = NameArgument();
        Option<int?> all = Rate("--new-flows", "at all its addresses of a shard (400000)");
        Option<int?> address = Rate("--new-flows-per-address", "at one address of a load balancer (200000)");
        Option<int?> source = Rate("--new-flows-per-source", "of one client (10000)");
        return new Verb(
            "limit",
            "Limit a tenant's new flows a second; what is left out gets its default",
            "tenant limit shop --new-flows 50000 --new-flows-per-source 1000",
            async (session, parse) =>
            {
                Resource<Tenant> found = await FindAsync(session, parse.GetRequiredValue(name));
                ApiAnswer answer = await session.Api.SendAsync(
                    HttpMethod.Put,
                    ApiPath.Of("tenants", found.Value.Id, "limits"),
                    new TenantLimits(parse.GetValue(all), parse.GetValue(address), parse.GetValue(source)),
                    WireJson.Default.TenantLimits,
                    session.Deadline);
                session.Print.Row(Tenant.Kind, answer.Read(Tenant.Kind.Type));
            })
        {
            name, all, address, source,
        };
    }

    private static Option<int?> Rate(string name, string where) =>
        NumberOption.Of(name, 0, 100_000_000, $"New flows a second {where}; 0 for no limit");

    private static Verb Delete()
    {
        Argument<string> name = NameArgument();
        return new Verb(
            "delete",
            "Delete a tenant; refused while it owns anything",
            "tenant delete shop",
            async (session, parse) =>
            {
                Resource<Tenant> found = await FindAsync(session, parse.GetRequiredValue(name));
                await session.DeleteAtOnceAsync(Tenant.Kind, ApiPath.Of("tenants", found.Value.Id), found);
            })
        {
            name,
        };
    }

    private static Argument<string> NameArgument() => new("name-or-id") { Description = "The tenant's name or id" };
}
