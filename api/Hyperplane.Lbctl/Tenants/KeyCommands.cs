using System.CommandLine;
using Hyperplane.Lbctl.Api;
using Hyperplane.Lbctl.Commands;
using Hyperplane.Lbctl.Options;

namespace Hyperplane.Lbctl.Tenants;

/// <summary><c>lbctl key …</c></summary>
internal static class KeyCommands
{
    /// <summary>The noun with its verbs.</summary>
    public static Noun Build() => new("key", "keys", "Operator: API keys of a tenant")
    {
        Create(), List(), Delete(),
    };

    private static Verb Create()
    {
        Argument<string> tenant = TenantArgument();
        Argument<string> name = new("name") { Description = "What the key is for" };
        Option<string> role = ChoiceOption.Of(
            "--role", "What it may do: change things, or only look (admin)", required: false, "admin", "reader");
        return new Verb(
            "create",
            "Create an API key; its secret is shown this once and stored nowhere",
            "key create shop terraform",
            async (session, parse) =>
            {
                string path = await PathAsync(session, parse.GetRequiredValue(tenant));
                ApiAnswer answer = await session.Api.SendAsync(
                    HttpMethod.Post,
                    path,
                    new KeyRequest(parse.GetRequiredValue(name), parse.GetValue(role)),
                    WireJson.Default.KeyRequest,
                    session.Deadline);
                session.Print.Row(ApiKey.NewKind, answer.Read(ApiKey.Kind.Type));
            })
        {
            tenant, name, role,
        };
    }

    private static Verb List()
    {
        Argument<string> tenant = TenantArgument();
        return new Verb(
            "list",
            "List a tenant's keys, without their secrets",
            "key list shop",
            async (session, parse) =>
            {
                string path = await PathAsync(session, parse.GetRequiredValue(tenant));
                session.Print.List(
                    ApiKey.Kind, await session.Catalogue.ListAsync(ApiKey.Kind, path, session.Deadline));
            })
        {
            tenant,
        };
    }

    private static Verb Delete()
    {
        Argument<string> tenant = TenantArgument();
        Argument<string> key = new("key") { Description = "The key's name or id" };
        return new Verb(
            "delete",
            "Revoke a key at once",
            "key delete shop terraform",
            async (session, parse) =>
            {
                string path = await PathAsync(session, parse.GetRequiredValue(tenant));
                Resource<ApiKey> found = await session.Catalogue.FindInListAsync(
                    ApiKey.Kind, path, parse.GetRequiredValue(key), session.Deadline);
                await session.DeleteAtOnceAsync(ApiKey.Kind, $"{path}/{ApiPath.Segment(found.Value.Id)}", found);
            })
        {
            tenant, key,
        };
    }

    private static Argument<string> TenantArgument() => new("tenant") { Description = "The tenant's name or id" };

    private static async Task<string> PathAsync(Session session, string tenant) =>
        ApiPath.Of("tenants", (await TenantCommands.FindAsync(session, tenant)).Value.Id, "api-keys");
}
