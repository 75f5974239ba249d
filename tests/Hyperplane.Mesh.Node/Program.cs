// A node of a cell's mesh for tests, a process of its own: sends every message back, prints what happens.
// Arguments are KEY=VALUE: node, start, address, key (hexadecimal), peer (ID@ADDRESS:PORT).
// Output, one a line: "listening PORT", "up NODE", "down NODE REASON", "gap MS". Ends with its standard input, with
// goodbye if the last line was "goodbye".
using System.Globalization;
using System.Net;
using Hyperplane.Mesh;
using Hyperplane.Mesh.Node;
using Microsoft.Extensions.Logging.Abstractions;

var settings = args.Select(static word => word.Split('=', 2)).ToDictionary(static word => word[0], static w => w[1]);
var options = new MeshOptions
{
    Cell = "test",
    NodeId = ushort.Parse(settings["node"], CultureInfo.InvariantCulture),
    Start = ulong.Parse(settings["start"], CultureInfo.InvariantCulture),
    Key = Convert.FromHexString(settings["key"]),
    Listen = new IPEndPoint(IPAddress.Parse(settings["address"]), 0),
};
string[] peer = settings["peer"].Split('@');
var echo = new EchoHandler();
using var host = new MeshHost(options, echo, NullLogger<MeshHost>.Instance, TimeProvider.System);
echo.Sender = host;
host.Start();
Console.WriteLine($"listening {host.ListenEndPoint.Port}");
host.SetPeers([new MeshPeer(ushort.Parse(peer[0], CultureInfo.InvariantCulture), IPEndPoint.Parse(peer[1]))]);
while (await Console.In.ReadLineAsync() is { } line)
{
    if (line == "goodbye")
        host.Goodbye();
}
