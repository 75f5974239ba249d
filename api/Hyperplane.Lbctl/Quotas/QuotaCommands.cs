using System.CommandLine;
using System.Globalization;
using Hyperplane.Lbctl.Api;
using Hyperplane.Lbctl.Commands;
using Hyperplane.Lbctl.Options;
using Hyperplane.Lbctl.Tenants;

namespace Hyperplane.Lbctl.Quotas;

/// <summary><c>lbctl quota …</c></summary>
internal static class QuotaCommands
{
    /// <summary>The noun with its verbs.</summary>
    public static Noun Build() => new("quota", "quotas", "How many of what a tenant may have")
    {
        List(), Modify(),
    };

    private static Verb List()
    {
        Option<string> tenant = new("--tenant")
        {
            Description = "Operator: a tenant's, by name or id, instead of your own",
            HelpName = "TENANT",
        };
        return new Verb(
            "list",
            "List quotas and what is used of them",
            "quota list",
            async (session, parse) =>
            {
                string path = parse.GetValue(tenant) is { Length: > 0 } name
                    ? await PathAsync(session, name)
                    : ApiPath.Of("quotas");
                ApiAnswer answer = await session.Api.GetAsync(path, session.Deadline);
                session.Print.List(Quota.Kind, [.. answer.ReadItems(Quota.Kind.Type)]);
            })
        {
            tenant,
        };
    }

    private static Verb Modify()
    {
        Argument<string> tenant = new("tenant") { Description = "The tenant's name or id" };
        var changes = new Changes("--set", "--reset", "A quota");
        var verb = new Verb(
            "modify",
            "Operator: change a tenant's quotas; the others stay, and so does what the tenant has",
            "quota modify shop --set load_balancers=100",
            async (session, parse) =>
            {
                Dictionary<string, int?> body = (changes.Read(parse) ?? []).ToDictionary(
                    static one => one.Key, static one => Number(one.Key, one.Value));
                ApiAnswer answer = await session.Api.SendAsync(
                    HttpMethod.Patch, await PathAsync(session, parse.GetRequiredValue(tenant)), body,
                    WireJson.Default.DictionaryStringNullableInt32, session.Deadline);
                session.Print.List(Quota.Kind, [.. answer.ReadItems(Quota.Kind.Type)]);
            })
        {
            tenant,
        };
        changes.AddTo(verb);
        return verb;
    }

    private static int? Number(string name, string? text)
    {
        if (text is null)
            return null;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value)
            ? value
            : throw new CommandFailure(ExitCode.Usage, $"--set {name} takes a whole number, not '{text}'");
    }

    private static async Task<string> PathAsync(Session session, string tenant) =>
        ApiPath.Of("tenants", (await TenantCommands.FindAsync(session, tenant)).Value.Id, "quotas");
}
