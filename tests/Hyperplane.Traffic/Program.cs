using System.Globalization;
using Hyperplane.Traffic;
using Hyperplane.Traffic.Client;
using Hyperplane.Traffic.Server;

const string Usage = """
    usage: Hyperplane.Traffic server PORT
           Hyperplane.Traffic client ADDRESS:PORT… [--steady N] [--fast N] [--datagrams N] [--shorts PER-SECOND]
    Both end when their input does.
    """;

switch (args)
{
    case ["server", var port]:
        using (var server = new EchoServer(int.Parse(port, CultureInfo.InvariantCulture)))
            server.Run();
        return 0;
    case ["client", .. var options] when ClientOptions.TryParse(options, out ClientOptions? parsed):
        using (var client = new TrafficClient(parsed, Console.Out))
            return client.Run() ? 0 : 1;
    default:
        Console.Error.WriteLine(Usage);
        return 2;
}
