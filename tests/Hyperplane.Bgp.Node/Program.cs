// A BGP node for tests: speaks to the routers named by its arguments, takes commands from standard input, prints
// states. Arguments are KEY=VALUE: as, id, peer, remote-as; optional peer2…, port, local, hold, keepalive, password,
// ttl, gtsm (yes).
// Commands, one a line: announce PREFIX [via=ADDRESS] [med=N] [preference=N] [prepend=N] [community=H:L]…
//   announce-many COUNT   first /32s of 10.128.0.0/16 · withdraw PREFIX · withdraw-many COUNT · close TEXT
// Output, one a line: "peer ADDRESS STATE sent=N error=TEXT" on each change, "closed" at the end.
using System.Globalization;
using System.Net;
using Hyperplane.Bgp;
using Hyperplane.Bgp.Node;
using Microsoft.Extensions.Logging.Abstractions;

var settings = new Dictionary<string, string>();
foreach (string[] word in args.Select(static word => word.Split('=', 2)))
    settings[word[0]] = word[1]; // the last one counts
string? Setting(string key) => settings.GetValueOrDefault(key);
int Number(string key, int otherwise) =>
    Setting(key) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;

BgpPeerOptions Peer(string key) => new()
{
    Address = IPAddress.Parse(settings[key]),
    RemoteAs = uint.Parse(settings["remote-as"], CultureInfo.InvariantCulture),
    LocalAddress = Setting("local") is { } local ? IPAddress.Parse(local) : null,
    Port = Number("port", 179),
    HoldTimeSeconds = Number("hold", 9),
    KeepaliveSeconds = Number("keepalive", 3),
    Md5Password = Setting("password"),
    Ttl = Setting("ttl") is null ? null : Number("ttl", 1),
    Gtsm = Setting("gtsm") == "yes",
};

var options = new BgpSpeakerOptions
{
    LocalAs = uint.Parse(settings["as"], CultureInfo.InvariantCulture),
    RouterId = IPAddress.Parse(settings["id"]),
    Peers = [.. settings.Keys.Where(static k => k.StartsWith("peer", StringComparison.Ordinal)).Order().Select(Peer)],
};
await using var speaker = new BgpSpeaker(
    options, NullLogger<BgpSpeaker>.Instance, TimeProvider.System, new Random(Environment.ProcessId));
var printer = new StatePrinter(speaker);
printer.Print();
var routes = new RouteTable();
while (await Console.In.ReadLineAsync() is { } line)
{
    string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
    if (words is ["close", .. var text])
    {
        await speaker.CloseAsync(string.Join(' ', text));
        break;
    }

    routes.Apply(words);
    speaker.Set(routes.All);
}

printer.Print();
Console.WriteLine("closed");
