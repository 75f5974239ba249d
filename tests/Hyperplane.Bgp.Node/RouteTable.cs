using System.Globalization;
using System.Net;

namespace Hyperplane.Bgp.Node;

/// <summary>The routes that the commands so far have left.</summary>
internal sealed class RouteTable
{
    private readonly Dictionary<IPNetwork, BgpRoute> _routes = [];

    public IReadOnlyCollection<BgpRoute> All => _routes.Values;

    public void Apply(string[] words)
    {
        switch (words)
        {
            case ["announce", var prefix, .. var attributes]:
                Add(Route(prefix, attributes));
                break;
            case ["withdraw", var prefix]:
                _routes.Remove(Prefix(prefix));
                break;
            case ["announce-many", var count, .. var attributes]:
                foreach (string one in Many(count))
                    Add(Route(one, attributes));
                break;
            case ["withdraw-many", var count]:
                foreach (string one in Many(count))
                    _routes.Remove(Prefix(one));
                break;
            default:
                throw new FormatException($"unknown command: {string.Join(' ', words)}");
        }
    }

    private void Add(BgpRoute route) => _routes[route.Prefix] = route;

    private static BgpRoute Route(string prefix, string[] attributes)
    {
        var values = attributes.Select(static word => word.Split('=', 2)).ToLookup(static w => w[0], static w => w[1]);
        uint? Number(string key) =>
            values[key].Select(static v => (uint?)uint.Parse(v, CultureInfo.InvariantCulture)).FirstOrDefault();

        return new BgpRoute(Prefix(prefix), values["via"].Select(IPAddress.Parse).FirstOrDefault())
        {
            Med = Number("med"),
            LocalPref = Number("preference"),
            Prepend = (int)(Number("prepend") ?? 0),
            Communities = [.. values["community"].Select(Community)],
        };
    }

    private static IEnumerable<string> Many(string count)
    {
        int all = int.Parse(count, CultureInfo.InvariantCulture);
        for (int i = 0; i < all; i++)
            yield return string.Create(CultureInfo.InvariantCulture, $"10.128.{i >> 8}.{i & 255}/32");
    }

    private static IPNetwork Prefix(string text) =>
        BgpRoute.TryParsePrefix(text, out IPNetwork prefix)
            ? prefix
            : throw new FormatException($"{text}: not a prefix");

    private static BgpCommunity Community(string text) =>
        BgpCommunity.TryParse(text, out BgpCommunity community)
            ? community
            : throw new FormatException($"{text}: not a community");
}
