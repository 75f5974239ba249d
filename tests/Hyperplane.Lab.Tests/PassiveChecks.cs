using System.Text.Json;
using Hyperplane.Lab;

namespace Hyperplane.Lab.Tests;

/// <summary>Targets that answer their checks and fail clients.</summary>
public sealed class PassiveChecks(LabFixture lab)
{
    private const string Sound = "10.30.0.101";
    private const string Refusing = "10.30.0.102";
    private const string Silent = "10.30.0.103";
    private static readonly string[] Clients = ["10.20.1.2", "10.20.1.102", "10.20.1.103", "10.20.1.104"];
    private static readonly string[] All = ["target-1", "target-2", "target-3"];

    [Fact]
    public async Task Targets_that_refuse_or_ignore_clients_are_left_out_until_a_check_succeeds_again()
    {
        Region region = lab.Region;
        using Tenancy web = Tenancy.Open(region, "passive", "a");
        // The next check of a target is far away: only its clients can tell.
        web.AddGroup(
            web.Name, "TCP", 8080, [Sound, Refusing, Silent], "--health-interval", "300", "--health-timeout", "1");
        web.Listen("TCP", 80, web.Name);
        await web.UntilHealthy(web.Name, 3);
        Assert.Equal(All, Answering(Traffic.Requests(region, web.VipA, 60)));
        try
        {
            foreach (string client in Clients[1..])
                region.Exec("client", "ip", "address", "add", $"{client}/24", "dev", "eth-a");
            Block("target-2", "reject with tcp reset");
            Block("target-3", "drop");
            await Region.Until("the nodes leave both out", () =>
            {
                if (web.TargetState(Refusing) == "unhealthy" && web.TargetState(Silent) == "unhealthy")
                    return true;
                Connect();
                return false;
            }, 60);
            Assert.Equal("healthy", web.TargetState(Sound));
            foreach (string target in new[] { Refusing, Silent })
                AssertToldByClients(target);
            Assert.Equal(["target-1"], Answering(Traffic.Requests(region, web.VipA, 60)));
        }
        finally
        {
            foreach (string client in Clients[1..])
                region.TryExec("client", "ip", "address", "delete", $"{client}/24", "dev", "eth-a");
            foreach (string host in All[1..])
                region.TryExec(host, "nft", "delete", "table", "inet", "passive");
        }

        region.Lbctl("target-group", "modify", web.Name, "--health-interval", "1");
        await web.UntilHealthy(web.Name, 3);
        await Region.Until(
            "all serve again", () => Answering(Traffic.Requests(region, web.VipA, 60)).SequenceEqual(All));

        // Nodes' checks come from other addresses than what they forward.
        void Block(string host, string verdict) => region.Exec(
            host, "nft", "add table inet passive; add chain inet passive in { type filter hook input priority 0; }; "
            + $"add rule inet passive in ip saddr 198.19.0.0/24 tcp dport 8080 {verdict}");

        void Connect() => region.TryExec(
            "client", "bash", "-c",
            $"for client in {string.Join(' ', Clients)}; do curl -sZ --parallel-max 60 --parallel-immediate "
            + $"--interface $client --connect-timeout 1 -o /dev/null 'http://{web.VipA}/[1-60]' & done; wait");

        void AssertToldByClients(string address)
        {
            JsonElement target = region.LbctlJson("target", "get", web.Name, address);
            Assert.Equal("Target.FailedHealthChecks", target.GetProperty("reason").GetString());
            Assert.Contains(
                target.GetProperty("checks").EnumerateArray(),
                check => check.GetProperty("state").GetString() == "unhealthy"
                    && check.GetProperty("received").GetString()!.EndsWith(
                        "clients or more, were refused or not answered", StringComparison.Ordinal));
        }
    }

    private static IEnumerable<string> Answering(Dictionary<string, int> answers) =>
        answers.Keys.Order(StringComparer.Ordinal);
}
