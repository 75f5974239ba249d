using System.CommandLine;
using Hyperplane.Lbctl.Api;
using Hyperplane.Lbctl.Commands;
using Hyperplane.Lbctl.Options;

namespace Hyperplane.Lbctl.Fleet;

/// <summary><c>lbctl zone …</c></summary>
internal static class ZoneCommands
{
    /// <summary>The noun with its verbs.</summary>
    public static Noun Build() =>
        new("zone", "zones", "Availability zones and their address pools; putting is an operator's")
    {
        Put(), List(),
    };

    private static Verb Put()
    {
        Argument<string> name = new("name") { Description = "The zone's name" };
        Option<string> vips = Pool("--vip-pool", "Addresses of load balancers");
        Option<string> snats = Pool("--snat-pool", "Source addresses towards targets");
        Option<string> probes = Pool("--probe-pool", "Source addresses of health checks");
        Option<string> vips6 = Pool("--ipv6-vip-pool", "IPv6 addresses of load balancers", required: false);
        Option<string> snats6 = Pool("--ipv6-snat-pool", "IPv6 source addresses towards targets", required: false);
        Option<string> probes6 = Pool("--ipv6-probe-pool", "IPv6 source addresses of health checks", required: false);
        Option<int?> cells = NumberOption.Of(
            "--max-cells", 1, 64, "How many cells it has room for, a power of two (4); for ever");
        return new Verb(
            "put",
            "Declare a zone; its pools cannot be changed later, but IPv6 ones added",
            "zone put a --vip-pool 198.18.0.0/20 --snat-pool 100.64.0.0/24 --probe-pool 100.64.1.0/24",
            async (session, parse) =>
            {
                var request = new ZoneRequest(
                    parse.GetRequiredValue(vips),
                    parse.GetRequiredValue(snats),
                    parse.GetRequiredValue(probes),
                    parse.GetValue(vips6),
                    parse.GetValue(snats6),
                    parse.GetValue(probes6),
                    parse.GetValue(cells));
                ApiAnswer answer = await session.Api.SendAsync(
                    HttpMethod.Put,
                    ApiPath.Of("zones", parse.GetRequiredValue(name)),
                    request,
                    WireJson.Default.ZoneRequest,
                    session.Deadline);
                session.Print.Row(Zone.Kind, answer.Read(Zone.Kind.Type));
            })
        {
            name, vips, snats, probes, vips6, snats6, probes6, cells,
        };
    }

    private static Verb List() => new("list", "List the zones", "zone list", async (session, _) =>
        session.Print.List(
            Zone.Kind,
            await session.Catalogue.ListAsync(Zone.Kind, ApiPath.Of("zones"), session.Deadline)));

    private static Option<string> Pool(string name, string description, bool required = true) =>
        new(name) { Description = description, HelpName = "PREFIX", Required = required };
}
