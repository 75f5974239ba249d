using System.CommandLine;
using Hyperplane.Lbctl.Api;
using Hyperplane.Lbctl.Commands;
using Hyperplane.Lbctl.Options;

namespace Hyperplane.Lbctl.ElasticIps;

/// <summary><c>lbctl elastic-ip …</c></summary>
internal static class ElasticIpCommands
{
    private static readonly string Path = ApiPath.Of("elastic-ips");

    /// <summary>The noun with its verbs.</summary>
    public static Noun Build() => new("elastic-ip", "elastic-ips", "Elastic IPs: addresses that stay yours")
    {
        Create(), Get(), List(), Modify(), Delete(),
    };

    /// <summary>The elastic IP that a person means; fails with "not found".</summary>
    public static Task<Resource<ElasticIp>> FindAsync(Session session, string nameOrId) =>
        session.Catalogue.FindAsync(ElasticIp.Kind, Path, nameOrId, session.Deadline);

    private static Verb Create()
    {
        Option<string> zone = new("--zone") { Description = "Where it is used", HelpName = "ZONE", Required = true };
        Option<string> name = new("--name") { Description = "Its name, unique among yours", HelpName = "NAME" };
        Option<string> address = new("--address")
        {
            Description = "The address to get, instead of one that is chosen",
            HelpName = "ADDRESS",
        };
        Option<string> type = ChoiceOption.Of(
            "--ip-address-type", "Its family (ipv4)", required: false, "ipv4", "ipv6");
        Option<string[]> tags = new("--tag") { Description = "A tag; may be repeated", HelpName = "NAME=VALUE" };
        return new Verb(
            "create",
            "Allocate an elastic IP",
            "elastic-ip create --zone a --name front",
            async (session, parse) =>
            {
                var request = new ElasticIpRequest(
                    parse.GetRequiredValue(zone),
                    parse.GetValue(name),
                    parse.GetValue(address),
                    parse.GetValue(type),
                    parse.GetValue(tags) is { Length: > 0 } given ? Pair.ParseAll("--tag", given) : null);
                ApiAnswer answer = await session.Api.SendAsync(
                    HttpMethod.Post, Path, request, WireJson.Default.ElasticIpRequest, session.Deadline);
                session.Print.Row(ElasticIp.Kind, answer.Read(ElasticIp.Kind.Type));
            })
        {
            zone, name, address, type, tags,
        };
    }

    private static Verb Get()
    {
        Argument<string> name = NameArgument();
        return new Verb("get", "Show an elastic IP", "elastic-ip get front", async (session, parse) =>
            session.Print.Detail(
                ElasticIp.Kind, await FindAsync(session, parse.GetRequiredValue(name)), ElasticIp.Describe))
        {
            name,
        };
    }

    private static Verb List() => new(
        "list",
        "List your elastic IPs",
        "elastic-ip list",
        async (session, _) => session.Print.List(
            ElasticIp.Kind, await session.Catalogue.ListAsync(ElasticIp.Kind, Path, session.Deadline)));

    private static Verb Modify()
    {
        Argument<string> name = NameArgument();
        var tags = Changes.OfTags();
        var verb = new Verb(
            "modify",
            "Change the tags of an elastic IP; what is left out stays",
            "elastic-ip modify front --tag team=shop",
            async (session, parse) =>
            {
                Resource<ElasticIp> found = await FindAsync(session, parse.GetRequiredValue(name));
                ApiAnswer answer = await session.Api.SendAsync(
                    HttpMethod.Patch,
                    ApiPath.Of("elastic-ips", found.Value.Id),
                    new ElasticIpChange(tags.Read(parse)),
                    WireJson.Default.ElasticIpChange,
                    session.Deadline);
                session.Print.Row(ElasticIp.Kind, answer.Read(ElasticIp.Kind.Type));
            })
        {
            name,
        };
        tags.AddTo(verb);
        return verb;
    }

    private static Verb Delete()
    {
        Argument<string> name = NameArgument();
        return new Verb(
            "delete",
            "Release an elastic IP; refused while a load balancer has it",
            "elastic-ip delete front",
            async (session, parse) =>
            {
                Resource<ElasticIp> found = await FindAsync(session, parse.GetRequiredValue(name));
                await session.DeleteAtOnceAsync(
                    ElasticIp.Kind, ApiPath.Of("elastic-ips", found.Value.Id), found);
            })
        {
            name,
        };
    }

    private static Argument<string> NameArgument() =>
        new("name-or-id") { Description = "The elastic IP's name or id" };
}
