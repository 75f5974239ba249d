using System.CommandLine;
using Hyperplane.Lbctl.Commands;
using Hyperplane.Lbctl.ElasticIps;
using Hyperplane.Lbctl.Options;

namespace Hyperplane.Lbctl.LoadBalancers;

/// <summary>The options that say in which zones a load balancer serves, and with which addresses.</summary>
/// <param name="zones">The option that names the zones.</param>
internal sealed class ZoneOptions(Option<string[]> zones)
{
    private readonly Option<string[]> _addresses =
        Each("--address", "The address to use in a zone, instead of one that is chosen", "ZONE=ADDRESS");

    private readonly Option<string[]> _ipv6 =
        Each("--ipv6-address", "The same for the IPv6 address of a dualstack load balancer", "ZONE=ADDRESS");

    private readonly Option<string[]> _elastic =
        Each("--elastic-ip", "Your elastic IP to use in a zone, by name or id", "ZONE=ELASTIC-IP");

    private readonly Option<string[]> _ipv6Elastic =
        Each("--ipv6-elastic-ip", "The same for the IPv6 address", "ZONE=ELASTIC-IP");

    private IEnumerable<Option<string[]>> All => [_addresses, _ipv6, _elastic, _ipv6Elastic];

    /// <summary>Adds them to a command.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(zones);
        foreach (Option<string[]> option in All)
            command.Options.Add(option);
    }

    /// <summary>What was asked for; null when nothing was.</summary>
    public async Task<IReadOnlyList<ZoneRequested>?> ReadAsync(Session session, ParseResult parse)
    {
        string[] names =
        [
            .. (parse.GetValue(zones) ?? []).SelectMany(static list =>
                list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)),
        ];
        Dictionary<Option<string[]>, Dictionary<string, string>> said =
            All.ToDictionary(option => option, option => Pair.ParseAll(option.Name, parse.GetValue(option)));
        foreach ((Option<string[]> option, Dictionary<string, string> pairs) in said)
        {
            if (pairs.Keys.FirstOrDefault(zone => !names.Contains(zone, StringComparer.Ordinal)) is { } stray)
                throw new CommandFailure(
                    ExitCode.Usage, $"{option.Name} names zone '{stray}', which {zones.Name} does not");
        }

        if (names.Length == 0)
            return parse.GetResult(zones) is null
                ? null
                : throw new CommandFailure(ExitCode.Usage, $"{zones.Name} names no zone");
        var placements = new List<ZoneRequested>();
        foreach (string zone in names)
            placements.Add(new ZoneRequested(
                zone,
                said[_addresses].GetValueOrDefault(zone),
                said[_ipv6].GetValueOrDefault(zone),
                await IdAsync(session, said[_elastic].GetValueOrDefault(zone)),
                await IdAsync(session, said[_ipv6Elastic].GetValueOrDefault(zone))));
        return placements;
    }

    private static async Task<string?> IdAsync(Session session, string? nameOrId) =>
        nameOrId is null || nameOrId.StartsWith("eip-", StringComparison.Ordinal)
            ? nameOrId
            : (await ElasticIpCommands.FindAsync(session, nameOrId)).Value.Id;

    private static Option<string[]> Each(string name, string description, string helpName) =>
        new(name) { Description = $"{description}; may be repeated", HelpName = helpName };
}
